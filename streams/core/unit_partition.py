"""One partition of units: the rolling table of each district or commune, summed from partials and scored.

For every unit the latest partial of every source partition is kept; their sums are scored whenever they change. The
clock of a unit is the least of its sources' clocks. A partial waits until every source has reached its moment, so that
a snapshot is a consistent cut: exact at its `as_of`, however fast one source runs ahead of another.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.index import IndexVersion
from schemas.partial import PARTIAL_VERSION, Cell, Closed, FinalPartial, Partial, Record, SourceClock
from streams.core.catalogue_counters import Window
from streams.core.closings import ClosedPeriod, Closings
from streams.core.periods import Period, is_closed, local_day, open_periods, parse_period, rolling_periods
from streams.core.reference import Reference
from streams.core.scoring import ScoreCard, score_unit
from streams.core.tally import EMPTY_CELL, Tally, named_counters
from streams.core.units import Unit


class UnitSnapshot(NamedTuple):
    """The score of one unit in one period at one moment.

    `major` is the sum of the offsets that all sources have reached: it never falls, not even when a unit is left by
    its last dossier, so a later snapshot always has the higher version. Of a final one, `as_of` and `major` are those
    of the closing, whenever it is taken.
    """

    unit: str
    name: str
    level: str
    parent: str | None
    period: Period
    as_of: int
    major: int
    final: bool
    card: ScoreCard
    counters: Mapping[str, int]


class _Source:
    """What one source partition has said: its clock, and what still waits for the others.

    A clock that waits is the first of a new life: what the earlier life said is void when its turn comes.
    """

    __slots__ = ("clock", "incarnation", "offset", "waiting")

    def __init__(self) -> None:
        self.clock: int | None = None
        self.incarnation = -1
        self.offset = -1
        self.waiting: deque[Partial | SourceClock] = deque()


class UnitPartition:
    """The units of one partition of the partials topic; `mine(unit)` tells which units these are."""

    def __init__(
        self,
        number: int,
        *,
        sources: int,
        mine: Callable[[str], bool],
        index: IndexVersion,
        reference: Reference,
        grace_days: int,
    ) -> None:
        self.number = number
        self.as_of: int | None = None
        self._sources = [_Source() for _ in range(sources)]
        self._mine = mine
        self._index = index
        self._reference = reference
        self._grace_days = grace_days
        self._closings = Closings(sources)
        self._latest: dict[str, dict[int, Partial]] = {}
        self._sums: dict[str, dict[str, Tally]] = {}
        self._changed: set[str] = set()
        self._periods: tuple[Period, ...] = ()
        self._said: dict[tuple[str, str], tuple[Cell, dict[str, int], Mapping[str, int], Unit]] = {}
        self._catalogue: dict[tuple[str, str], dict[str, int]] = {}

    # ------------------------------------------------------------------ feed

    def feed(self, record: Record) -> bool:
        """Take one record of the partials topic; return whether the common clock moved (time to take snapshots).

        Raises ValueError for a record of another layout or of a source partition that there is not.
        """
        if record.v != PARTIAL_VERSION:
            raise ValueError(f"a partial of version {record.v}")
        if record.source >= len(self._sources):
            raise ValueError(f"source partition {record.source} of {len(self._sources)}")
        source = self._sources[record.source]
        if record.incarnation < source.incarnation:
            return False
        if isinstance(record, FinalPartial | Closed):
            self._closings.hear(record)
            return False
        if isinstance(record, Partial):
            self._hear(source, record)
            return False
        return self._tick(source, record)

    def _hear(self, source: _Source, record: Partial | SourceClock) -> None:
        if self.as_of is None or record.as_of > self.as_of:
            source.waiting.append(record)
        else:
            self._apply(record)

    def _apply(self, record: Partial | SourceClock) -> None:
        if isinstance(record, Partial):
            self._keep(record)
        else:
            self._void(record)

    def _keep(self, record: Partial) -> None:
        held = self._latest.setdefault(record.unit, {})
        before = held.get(record.source)
        if before is not None and _version(before) > _version(record):
            return
        held[record.source] = record
        self._move(record.unit, before.cells if before else {}, record.cells, record.as_of)

    def _move(self, unit: str, before: Mapping[str, Cell], now: Mapping[str, Cell], as_of: int) -> None:
        """Put what a source says now in the place of what it said; a closed period is missing there, not zero."""
        sums = self._sums.setdefault(unit, {})
        for key in before.keys() | now.keys():
            old, new = before.get(key), now.get(key)
            if old == new or (new is None and is_closed(parse_period(key), as_of, self._grace_days)):
                continue
            tally = sums.get(key)
            if tally is not None:
                tally.replace(old or EMPTY_CELL, new or EMPTY_CELL)
            elif new is not None:
                sums[key] = tally = Tally()
                tally.replace(EMPTY_CELL, new)
        self._changed.add(unit)

    def _tick(self, source: _Source, record: SourceClock) -> bool:
        if record.incarnation > source.incarnation:
            source.waiting = deque(
                each
                for each in source.waiting
                if each.incarnation >= record.incarnation or each.as_of <= record.as_of
            )
            self._hear(source, record)
        source.incarnation, source.offset = record.incarnation, max(record.offset, source.offset)
        source.clock = max(record.as_of, source.clock or 0)
        clocks = [each.clock for each in self._sources]
        if any(clock is None for clock in clocks):
            return False
        common = min(clock for clock in clocks if clock is not None)
        if self.as_of is not None and common <= self.as_of:
            return False
        self._advance(common)
        return True

    def _void(self, clock: SourceClock) -> None:
        """Forget what an earlier life of a source partition said and its new life did not say again."""
        for unit, held in self._latest.items():
            stale = held.get(clock.source)
            if stale is not None and stale.incarnation < clock.incarnation:
                del held[clock.source]
                self._move(unit, stale.cells, {}, clock.as_of)

    def _advance(self, as_of: int) -> None:
        for source in self._sources:
            while source.waiting and source.waiting[0].as_of <= as_of:
                self._apply(source.waiting.popleft())
        if self.as_of is None or local_day(self.as_of) != local_day(as_of):
            self._catalogue.clear()
            self._changed.update(self._units(as_of))
        self.as_of = as_of

    def use_reference(self, reference: Reference) -> None:
        """Take other reference data: every unit is scored again."""
        self._reference = reference
        self._catalogue.clear()
        if self.as_of is not None:
            self._changed.update(self._units(self.as_of))

    # -------------------------------------------------------------- snapshots

    def take(self) -> Iterator[UnitSnapshot]:
        """Give the snapshot of every unit and period whose figures changed since they were last given."""
        if self.as_of is None:
            return
        as_of = self.as_of
        now_open = (*open_periods(as_of, self._grace_days), *rolling_periods(as_of))
        for closed in self._closings.take(as_of, self._counts_in):
            yield from self._final_snapshots(closed)
        self._forget(period for period in self._periods if period not in now_open)
        self._periods = now_open
        changed, self._changed = self._changed, set()
        major = sum(source.offset + 1 for source in self._sources)
        for unit in sorted(changed):
            sums = self._sums.get(unit, {})
            for period in now_open:
                tally = sums.get(period.key)
                cell = tally.freeze() if tally is not None else EMPTY_CELL
                yield from self._snapshot(unit, period, cell, (as_of, major), final=False)

    def _counts_in(self, source: int, key: str) -> bool:
        return any(source in held and key in held[source].cells for held in self._latest.values())

    def _final_snapshots(self, closed: ClosedPeriod) -> Iterator[UnitSnapshot]:
        period, at = parse_period(closed.key), (closed.as_of, closed.major)
        for unit in sorted(closed.units.keys() | set(self._units(closed.as_of))):
            yield from self._snapshot(unit, period, closed.units.get(unit, EMPTY_CELL), at, final=True)

    def _snapshot(
        self, unit: str, period: Period, cell: Cell, at: tuple[int, int], *, final: bool
    ) -> Iterator[UnitSnapshot]:
        """Give the snapshot of a unit that is mine and exists; of an open period only if it says something new."""
        as_of, major = at
        cutoff = period.cutoff(as_of)
        row = self._reference.unit(unit, cutoff)
        if row is None or not self._mine(unit):
            return
        catalogue, province = self._catalogue_of(unit, period, cutoff), self._province(unit, period, cutoff)
        says = (cell, catalogue, province, row)
        if not final:
            if self._said.get((unit, period.key)) == says:
                return
            self._said[unit, period.key] = says
        counters = named_counters(cell) | catalogue
        window = Window(period.start, period.end, cutoff)
        counters["sync_expected"] = self._reference.sync_expected(unit, window, counters["received"])
        card = score_unit(self._index, row.level, counters, province)
        yield UnitSnapshot(unit, row.name, row.level, row.parent, period, as_of, major, final, card, counters)

    def _province(self, unit: str, period: Period, cutoff: int) -> Mapping[str, int]:
        """Return the catalogue counters of the unit's province, for indicators that a child inherits."""
        return self._catalogue_of(self._reference.province_of(unit, cutoff), period, cutoff)

    def _catalogue_of(self, unit: str, period: Period, cutoff: int) -> dict[str, int]:
        """Return the catalogue counters of a unit, kept for the day; a catalogue speaks of days."""
        counters = self._catalogue.get((unit, period.key))
        if counters is None:
            counters = self._reference.catalogue_counters(unit, period.start, period.end, cutoff, 0)
            self._catalogue[unit, period.key] = counters
        return counters

    def _forget(self, periods: Iterable[Period]) -> None:
        for period in periods:
            for sums in self._sums.values():
                sums.pop(period.key, None)
            for place in [place for place in self._said if place[1] == period.key]:
                del self._said[place]

    def _units(self, as_of: int) -> Iterator[str]:
        for row in self._reference.units_at(as_of):
            if self._mine(row.code):
                yield row.code


def _version(record: Partial) -> tuple[int, int, int]:
    return record.incarnation, record.offset, record.as_of
