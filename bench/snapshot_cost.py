"""What a snapshot costs, by changed units and by dossiers held: in this process, from tallies to rows."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from bench.figures import Figure, Section
from bench.load import UNITS, open_dossiers, reception, reference_records, unit_code
from bench.stage import Stage
from schemas import fast
from schemas.index import load_index
from schemas.partial import decode_partial, encode_partial
from streams.core.dossier_partition import DossierPartition
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.unit_partition import UnitPartition
from streams.sinks.snapshots import Moment, Unit, snapshot_rows

GRACE_DAYS, ROUNDS, SECOND = 45, 15, 1000
FEW, MANY = 2_000, 100_000


class Books:
    """A source partition that holds dossiers, and the unit partition that scores what it publishes."""

    def __init__(self, stage: Stage, dossiers: int) -> None:
        self._until, self._at = stage.until, moment(stage.until)
        self._store: dict[str, bytes] = {}
        self._said = 0
        reference = Reference(reference_records())
        self._index = load_index("portal-2026")
        self._dossiers = DossierPartition(
            0,
            stored=self._store.get,
            reference=reference,
            rules=Rules(),
            grace_days=GRACE_DAYS,
            as_of=self._at,
            incarnation=1,
        )
        self._units = UnitPartition(
            0, sources=1, mine=lambda _: True, index=self._index, reference=reference, grace_days=GRACE_DAYS
        )
        values = [record.value for record in open_dossiers(dossiers, until=self._until)]
        self._hear(values)
        self.snapshot()

    def change(self, units: int) -> None:
        """Let a new dossier be received in each of some units."""
        said, self._said = self._said, self._said + units
        at = self._until + timedelta(milliseconds=self._at - moment(self._until))
        events = (reception(f"new-{said + number}", unit_code(number), at) for number in range(units))
        self._hear([msgspec.json.encode(event) for event in events])

    def _hear(self, values: list[bytes]) -> None:
        first = self._dossiers.offset + 1
        events = [(first + place, fast.decode(value)) for place, value in enumerate(values)]
        self._store.update(self._dossiers.merge(events))

    def snapshot(self) -> float:
        """Let a second pass and take the snapshot; return the milliseconds of processor time it cost."""
        self._at += SECOND
        begun = time.process_time()
        self._dossiers.advance(self._at)
        for partial in (*self._dossiers.flush(), self._dossiers.clock()):
            self._units.feed(decode_partial(encode_partial(partial)))
        for taken in self._units.take():
            unit = Unit(taken.unit, taken.name, taken.level, taken.parent or "")
            snapshot_rows(taken.card, unit, taken.period, Moment("", taken.as_of, 1, taken.final))
        return (time.process_time() - begun) * 1000


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    many = min(MANY, stage.plan.many_open)
    costs = {}
    for dossiers in (FEW, many):
        books = Books(stage, dossiers)
        for units in (1, 10, UNITS):
            costs[dossiers, units] = _cost(books, units)
        stage.say(f"snapshots: with {dossiers:,} dossiers measured")
    figures = [
        Figure(f"{units} changed of {UNITS} communes, {dossiers:,} dossiers", cost, "ms")
        for (dossiers, units), cost in costs.items()
    ]
    growth = costs[many, UNITS] / costs[FEW, UNITS]
    figures.append(
        Figure(f"{many // FEW} times the dossiers, the same changed units", growth, "times", 1.5, least=False)
    )
    yield Section(
        "What a snapshot costs",
        f"Medians of {ROUNDS}, processor time; one new dossier in each changed commune; its "
        "district and the province change with it.",
        tuple(figures),
        "Evaluation of the changed dossiers, partials, sums, 21 indicators in every open period, rows.",
    )


def _cost(books: Books, units: int) -> float:
    costs = []
    for _ in range(ROUNDS):
        books.change(units)
        costs.append(books.snapshot())
    return statistics.median(costs)
