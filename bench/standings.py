"""Who takes part in the contest, what each reached, and the ratios that were promised."""

import json
import statistics
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from bench.figures import Figure, Section, number


class Contender(NamedTuple):
    """A program of `bench.contenders`; a slow one reads only the first `share` of the load. `theirs`: its packages."""

    name: str
    module: str
    share: float = 1.0
    theirs: bool = True


class Own(NamedTuple):
    """A way to run ours.

    `whole`: with what no other contender has a part in, the archive of events and the alerts; `compiled`: of the copy
    whose core is compiled, where there is one.
    """

    name: str
    workers: int
    whole: bool = False
    compiled: bool = True


RAW, FAUST, ALONE = "librdkafka + decode", "Faust, textbook agent", "ClickHouse alone"
ENGINES: Final = ("Bytewax", "Quix Streams", "Pathway")
ONE, TWO, KEPT = (
    "Nhịp 766, one worker",
    "Nhịp 766, two workers",
    "Nhịp 766, one worker, with archive and alerts",
)
PLAIN: Final = "Nhịp 766, one worker, interpreted core"
ONCE: Final = (KEPT, PLAIN)
"""Run in the first round only."""
CONTENDERS: Final = (
    Contender(RAW, "rdkafka"),
    Contender("aiokafka getmany + decode", "aiokafka_getmany"),
    Contender(FAUST, "textbook_faust", 0.05),
    Contender(ENGINES[0], "bytewax_flow"),
    Contender(ENGINES[1], "quix_streams", 0.5),
    Contender(ENGINES[2], "pathway_groups"),
    Contender(ALONE, "clickhouse_alone", theirs=False),
)
OURS: Final = (Own(ONE, 1), Own(TWO, 2), Own(KEPT, 1, whole=True), Own(PLAIN, 1, compiled=False))


class Score(NamedTuple):
    """Events per second; µs of processor time per event of all but the broker, and of the broker.

    `rows`: events per second until every dossier's row was in too, where there are such rows.
    """

    rate: float
    used: float
    broker: float
    rows: float | None = None


class Standings:
    """The scores of all rounds."""

    def __init__(self, events: int, *, compiled: bool = False) -> None:
        self.failed: dict[str, str] = {}
        self.ours = {own.name: own for own in OURS if compiled or own.compiled}
        """How ours is run; where nothing is compiled all of it is interpreted, and no way is run twice."""
        self._events, self._compiled = events, compiled
        self._scores: dict[str, list[Score]] = {}
        self._counted: dict[float, set[str]] = {}

    def add(self, name: str, score: Score) -> None:
        """Keep the score of a round."""
        self._scores.setdefault(name, []).append(score)

    def note_counts(self, share: float, counted: dict[str, Any] | None) -> None:
        """Keep what a contender counted of a share of the load, to compare it with the others."""
        if counted is not None:
            self._counted.setdefault(share, set()).add(json.dumps(counted, sort_keys=True))

    def section(self) -> Section:
        """Return what is known so far."""
        rounds = max(map(len, self._scores.values()), default=0)
        agreed = all(len(counts) == 1 for counts in self._counted.values())
        return Section(
            "The same load, other ways",
            f"{self._events:,} events, {rounds} rounds; medians, and of ratios the median of the rounds' own.",
            (*self._each(), *self._promised()),
            NOTES if agreed else NOTES + "\n\n**The contenders did not all count the same.**",
        )

    def _each(self) -> list[Figure]:
        figures, ours = [], self._rates(ONE)
        for name in (*(each.name for each in CONTENDERS), *self.ours):
            if name in self.failed:
                figures.append(Figure(name, 0, "", note=f"failed: {self.failed[name]}"))
            elif scores := self._scores.get(name):
                used, broker = (statistics.median(score[at] for score in scores) for at in (1, 2))
                ratio = _ratio(self._rates(name), ours)
                note = f"{number(used)} µs, broker {number(broker)} µs"
                note += "" if ratio is None or name == ONE else f"; {number(ratio)} of one worker"
                note += self._core(name)
                rows = [score.rows for score in scores if score.rows is not None]
                note += f"; with all rows {number(statistics.median(rows))} events/s" if rows else ""
                figures.append(Figure(name, statistics.median(self._rates(name)), "events/s", note=note))
        return figures

    def _core(self, name: str) -> str:
        own = self.ours.get(name)
        compiled = self._compiled and own is not None and own.compiled
        return "" if own is None else f"; {'compiled' if compiled else 'interpreted'} core"

    def _promised(self) -> list[Figure]:
        ours = self._rates(ONE)
        engines = [self._rates(name) for name in ENGINES if name in self._scores]
        fastest = [max(each) for each in zip(*engines, strict=False)]
        per_core = [[1 / score.used for score in self._scores.get(name, ())] for name in (ONE, ALONE)]
        promised = (
            ("one worker / textbook Faust", _ratio(ours, self._rates(FAUST)), 20),
            ("one worker / fastest other engine", _ratio(ours, fastest), 1.2),
            ("one worker / raw limit", _ratio(ours, self._rates(RAW)), 0.3),
            ("one worker / ClickHouse alone, per processor second", _ratio(*per_core), 1.0),
            ("two workers / one worker", _ratio(self._rates(TWO), ours), 1.6),
        )
        return [Figure(name, ratio, "times", target) for name, ratio, target in promised if ratio is not None]

    def _rates(self, name: str) -> list[float]:
        return [score.rate for score in self._scores.get(name, ())]


def _ratio(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return the median of the ratios of the rounds."""
    pairs = [mine / theirs for mine, theirs in zip(one, other, strict=False)]
    return statistics.median(pairs) if pairs else None


NOTES: Final = """\
* Each contender is a file of `bench/contenders`, set as its documentation advises for speed. All decode with our
  decoder. From Faust on they keep five facts per dossier and five counters per unit, ClickHouse some more; what they
  counted is compared. Time runs from the first record to the last; slow ones read only the beginning of the load.
* Ours does all of its work: every fact, corrections, working days, 21 indicators in all open periods for every unit
  and those above it, a changelog that is acknowledged before the commit, scores and dossier rows in ClickHouse. Time
  runs from a started worker until the end of every partition is committed **and** the scores that count every event are
  in ClickHouse. Behind a backlog the rows of single dossiers come after the scores; the rate until these are in too
  stands beside. Archive and alerts, in which nobody else has a part, are off but in the last of ours.
* µs are processor time per event: the contender's, with ClickHouse's where it takes part (ours until all rows are in);
  then the broker's.
* What ClickHouse alone gets wrong is told in `bench/contenders/clickhouse_alone.py`: rows that are counted twice when a
  block is read again, facts that one value per field cannot say, deadlines that pass without an event."""
