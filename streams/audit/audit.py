"""One audit, from the topics and the tables to a report."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from schemas.index import load_index
from schemas.reference import ReferenceRecord
from schemas.topics import load_topic
from streams.audit.catching_up import CatchingUp
from streams.audit.cells import Cells, Difference, chosen, differences
from streams.audit.cut import Cut, audited_periods, closing_cut, covers, tick_cut, told_clock
from streams.audit.ledger import Ledger, stale_rows
from streams.audit.live import fact_offsets, stored_cells
from streams.audit.log import Log
from streams.audit.records import SourceRecord
from streams.audit.recount import Formula, Recount, States
from streams.audit.reference_tables import Table, reference_tables
from streams.audit.report import Report
from streams.audit.sql_side import SqlSide
from streams.core.periods import Period, moment
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.errors import UserError
from streams.read.reader import Reader
from streams.settings import Settings

TRIES: Final = 4
"""A difference counts if it is still there at the last try; one that a row written meanwhile explains goes away."""
PAUSE: Final = 1.5
EXPLAINED: Final = 20
NAMED: Final = 5


class Request(NamedTuple):
    """What to audit: all units and open periods unless some are named; now unless a moment is (of a replay)."""

    units: frozenset[str]
    periods: Sequence[str]
    at: datetime | None


class Watch(Protocol):
    """Hears of progress."""

    def __call__(self, what: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Return what takes the number of steps done, of `total`."""
        ...


class Part(NamedTuple):
    """Periods that are compared at one cut; `at` names the stored rows, None the current ones."""

    cut: Cut
    periods: list[Period]
    at: datetime | None


class Audit:
    """Reads the log once, incrementally if it must try again; every try compares everything."""

    def __init__(
        self, settings: Settings, reader: Reader, watch: Watch, say: Callable[[str], None], patience: float
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._watch = watch
        self._log = Log(settings, say)
        self._epoch = load_topic("dossier-events").epoch
        self._await = CatchingUp(settings, self._log, reader, self._epoch, patience)
        self._formula = Formula(load_index(settings.formula), Rules(supplement_rule=settings.supplement_rule))
        self._is_replay = settings.clock == "ticks"

    def run(self, request: Request) -> Report:
        """Return what is found; raises UserError if it cannot be found out."""
        if request.at is not None and not self._is_replay:
            raise UserError(
                "--as-of: only a replay (NHIP766_CLOCK=ticks) keeps the log position of a past moment"
            )
        self._records = self._log.reference()
        self._reference = Reference(self._records)
        self._ledger = Ledger(self._reference)
        self._at: dict[int, int] = {}
        for left in reversed(range(TRIES)):
            ends = self._read_on()
            report = self._compare(request, ends)
            if report.ok or not left:
                break
            time.sleep(PAUSE)  # another process is polled: it has no event to await
        if not report.ok and self._log.bounds()[1] != ends:
            report.notes.append("events kept coming while the audit ran; audit again when they pause")
        return report

    # -------------------------------------------------------------------- log

    def _read_on(self) -> dict[int, int]:
        """Fix the end of the log, wait for the worker to reach it, and enter what is new up to there."""
        begins, ends = self._log.bounds()
        gone = next((number for number, begin in begins.items() if begin > self._at.get(number, 0)), None)
        if gone is not None:
            raise UserError(
                f"partition {gone} of {self._log.events} begins at offset {begins[gone]}: what came before is gone, "
                "and cannot be counted again"
            )
        self._await.facts(ends)
        known = self._at
        letters = [
            letter
            for letter in self._log.letters()
            if known.get(letter.partition, 0) <= letter.offset < ends.get(letter.partition, 0)
        ]
        self._ledger.enter(self._watched(known, ends), letters)
        self._at = ends
        return ends

    def _watched(self, begins: dict[int, int], ends: dict[int, int]) -> Iterator[SourceRecord]:
        total = sum(end - begins.get(number, 0) for number, end in ends.items())
        with self._watch("events", total) as done:
            for count, record in enumerate(self._log.records(begins, ends), 1):
                yield record
                done(count)

    def _states(self, cut: Cut, ends: dict[int, int]) -> States:
        """Return the states at a cut: those at the end of the log, or those of a second reading up to it."""
        if covers(cut, ends, self._ledger.ticks):
            return self._ledger.states
        ledger, upto = Ledger(self._reference), dict(cut.positions)
        letters = [letter for letter in self._log.letters() if letter.offset < upto.get(letter.partition, 0)]
        ledger.enter(self._watched({}, upto), letters)
        return ledger.states

    # ---------------------------------------------------------------- compare

    def _compare(self, request: Request, ends: dict[int, int]) -> Report:
        parts = list(self._parts(request, ends))
        report = Report(self._settings.formula, datetime.fromtimestamp(parts[0].cut.as_of / 1000, UTC))
        report.account, report.faults = dict(self._ledger.closing.counts), self._ledger.closing.faults
        rows = list(fact_offsets(self._reader, self._epoch))
        report.facts, report.stale = len(rows), list(stale_rows(self._ledger.states, rows))
        for part in parts:
            self._compare_part(request, part, ends, rows, report)
        return report

    def _parts(self, request: Request, ends: dict[int, int]) -> Iterator[Part]:
        grace, ticks = self._settings.grace_days, self._ledger.ticks
        if self._is_replay:
            clock = told_clock(ticks, ends)
            at = clock if request.at is None else min(clock, moment(request.at))
            if request.at is None:
                self._await.scores(clock)
            cut = tick_cut(ticks, ends, at)
        else:
            cut = Cut(self._await.scores(time.time_ns() // 1_000_000), ends)
        running, closed = audited_periods(request.periods, cut.as_of, grace)
        yield Part(cut, running, request.at)
        if closed and not self._is_replay:
            raise UserError(
                f"{closed[0].key} is closed: only a replay keeps the log position at which it was"
            )
        for period in closed:
            yield Part(closing_cut(ticks, ends, period, grace), [period], request.at)

    def _compare_part(
        self,
        request: Request,
        part: Part,
        ends: dict[int, int],
        rows: Iterable[tuple[str, int, int]],
        report: Report,
    ) -> None:
        wanted = {period.key: period for period in part.periods}
        if not wanted:
            return
        stored = stored_cells(self._reader, self._settings.formula, wanted, part.at)
        as_of = part.cut.as_of if self._is_replay else max(part.cut.as_of, stored.newest)
        recount = Recount(
            self._states(part.cut, ends).facts(self._reference), self._reference, self._formula, as_of
        )
        sql = self._sql(part, rows, as_of, report)
        log_cells = self._counted("recount", recount.cells, part.periods)
        sql_cells = None if sql is None else self._counted("SQL", sql.cells, part.periods)
        sides = [chosen(cells, request.units, wanted) for cells in (stored.cells, log_cells, sql_cells or {})]
        unknown = request.units - {cell.unit for cells in sides for cell in cells}
        if unknown:
            raise UserError(f"no unit {', '.join(sorted(unknown))} in {', '.join(wanted)}")
        report.log_cells += len(sides[1])
        report.sql_cells += len(sides[2])
        found = differences(sides[0], sides[1], None if sql is None else sides[2])
        report.differences += list(self._explained(found, recount, sql, wanted))

    def _counted(
        self, what: str, cells: Callable[[Iterable[Period]], Cells], periods: Sequence[Period]
    ) -> Cells:
        """Count period by period, so that progress can be seen."""
        found: Cells = {}
        with self._watch(what, len(periods)) as done:
            for number, period in enumerate(periods, 1):
                found |= cells([period])
                done(number)
        return found

    def _sql(
        self, part: Part, rows: Iterable[tuple[str, int, int]], as_of: int, report: Report
    ) -> SqlSide | None:
        """Return the side of SQL, None if stored facts are newer than the cut: they hold what is known now."""
        newer = sum(offset >= part.cut.positions.get(number, 0) for _, number, offset in rows)
        if newer:
            keys = ", ".join(period.key for period in part.periods)
            report.notes.append(
                f"SQL not asked for {keys}: {newer} dossiers or petitions changed since that moment"
            )
            return None
        return SqlSide(self._reader, self._tables(self._records), self._formula.rules, as_of)

    def _tables(self, records: Iterable[ReferenceRecord]) -> list[Table]:
        return reference_tables(records, self._formula.version)

    def _explained(
        self, found: Sequence[Difference], recount: Recount, sql: SqlSide | None, periods: dict[str, Period]
    ) -> Iterator[Difference]:
        """Name, for cells that the log and SQL give differently, the first dossiers that make the difference."""
        counters = {
            f"{one.code} {side}": getattr(one, side)
            for _, one in self._formula.version.indicators()
            for side in ("numerator", "denominator")
        }
        known: dict[tuple[str, str], tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]] = {}
        for one in found:
            counter = counters.get(one.cell.what)
            if sql is None or counter is None or one.log == one.sql:
                yield one
                continue
            place = one.cell.unit, one.cell.period
            if place not in known and len(known) < EXPLAINED:
                period = periods[one.cell.period]
                known[place] = recount.counted(one.cell.unit, period), sql.counted(one.cell.unit, period)
            yield one._replace(dossiers=_told_apart(counter, *known.get(place, ({}, {}))))


def _told_apart(
    counter: str, log: dict[str, frozenset[str]], sql: dict[str, frozenset[str]]
) -> tuple[str, ...]:
    codes = sorted(
        code
        for code in log.keys() | sql.keys()
        if (counter in log.get(code, ())) != (counter in sql.get(code, ()))
    )
    return tuple(codes[:NAMED])
