"""Reference data compiled for use: units, procedures, services, calendar, flags and totals through time.

Built from the records of the reference topic, each one entity's whole validity history; immutable, with
caches inside. An empty reference is valid: it knows no unit and no procedure, and judges none. Moments are
epoch milliseconds UTC.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from schemas.reference import (
    CalendarRecord,
    ProcedureRecord,
    ReferenceRecord,
    ServiceRecord,
    UnitFlagsRecord,
    UnitRecord,
    UnitTotalsRecord,
)
from streams.core.calendar import WorkingCalendar
from streams.core.catalogue import Catalogue, Procedure
from streams.core.catalogue_counters import (
    Announcement,
    Window,
    announcements_of,
    decision_counters,
    is_named,
    scope_counters,
    sync_expected,
)
from streams.core.units import Unit, UnitTree

# More than a lifetime in any unit of time: a typing error in the catalogue, not a limit.
_LONGEST_LIMIT: Final = 20_000

_ScopeFigures = tuple[dict[str, int], tuple[tuple[Announcement, ...], ...]]


class Reference:
    """Everything the core asks of reference data; of two records of one entity the later one counts.

    `calendar` is the newest version of the working calendar.
    """

    def __init__(self, records: Iterable[ReferenceRecord] = ()) -> None:
        newest = {(record.kind, record.code): record for record in records}
        held = list(newest.values())
        self.units = UnitTree(record for record in held if isinstance(record, UnitRecord))
        self.catalogue = Catalogue(
            self.units,
            (record for record in held if isinstance(record, ProcedureRecord)),
            (record for record in held if isinstance(record, ServiceRecord)),
        )
        self.calendar = _calendar(record for record in held if isinstance(record, CalendarRecord))
        self._flags = {
            record.code: record.electronic_certified_copy
            for record in held
            if isinstance(record, UnitFlagsRecord)
        }
        self._reported = {
            record.code: {total.period: total.received for total in record.reported}
            for record in held
            if isinstance(record, UnitTotalsRecord)
        }
        self._scopes: dict[tuple[str, int], _ScopeFigures] = {}
        self._announcements: dict[str, tuple[Announcement, ...]] = {}

    def unit_exists(self, code: str) -> bool:
        """Tell whether a unit code is known at any time; without any register of units every code is."""
        return code in self.units or not len(self.units)

    def procedure_exists(self, code: str) -> bool:
        """Tell whether a procedure code is known at any time; without any catalogue every code is."""
        return code in self.catalogue or not len(self.catalogue)

    def unit(self, code: str, at: int) -> Unit | None:
        """Return a unit as it is at a moment, None if it does not exist then."""
        return self.units.unit(code, at)

    def level(self, code: str, at: int) -> str | None:
        """Return the level of a unit at a moment, None if it does not exist then."""
        row = self.units.unit(code, at)
        return None if row is None else row.level

    def units_at(self, at: int) -> list[Unit]:
        """Return every unit that exists at a moment, by code."""
        return self.units.units_at(at)

    def chain(self, code: str, at: int) -> tuple[str, ...]:
        """Return a unit and its ancestors as they were at a moment; see `UnitTree.chain`."""
        return self.units.chain(code, at)

    def province_of(self, code: str, at: int) -> str:
        """Return the province above a unit; see `UnitTree.province_of`."""
        return self.units.province_of(code, at)

    def procedure(self, code: str, at: int) -> Procedure | None:
        """Return a procedure as it was at a moment; see `Catalogue.procedure`."""
        return self.catalogue.procedure(code, at)

    def services(self, procedure: str, unit: str, at: int) -> tuple[str, ...]:
        """Return the online services of a procedure that a unit applies at a moment."""
        return self.catalogue.services(procedure, unit, at)

    def next_boundary(self, after: int) -> int | None:
        """Return the next moment after `after` at which a unit, a procedure or a service changes, if any."""
        bounds = self.catalogue.bounds
        index = bisect_right(bounds, after)
        return bounds[index] if index < len(bounds) else None

    def full_time(self, code: str | None, start: int) -> int | None:
        """Return when a procedure's maximum time ends that starts at a moment; None if there is no maximum.

        The catalogue of the starting moment applies (thời hạn giải quyết: Giờ, Ngày, Ngày làm việc, tháng).
        """
        row = None if code is None else self.catalogue.procedure(code, start)
        if row is None or row.max_time is None or row.max_time > _LONGEST_LIMIT:
            return None
        match row.time_unit:
            case "hour":
                return self.calendar.add_working_hours(start, row.max_time)
            case "day":
                return self.calendar.add_days(start, row.max_time)
            case "month":
                return self.calendar.add_months(start, row.max_time)
            case _:
                return self.calendar.add_working_days(start, row.max_time)

    def catalogue_counters(
        self, unit: str, period_start: int, period_end: int, cutoff: int, received: int
    ) -> dict[str, int]:
        """Return CATALOGUE_COUNTERS of a unit in the period `[period_start, period_end)` at the cut-off T.

        `received` is the unit's own RECEIVED counter of the period, one side of `sync_expected`. A unit
        without a flag record issues electronic certified copies (index-766.md, ELECTRONIC_CERTIFIED_COPY:
        default 100 %).
        """
        window = Window(period_start, period_end, cutoff)
        place = (unit, bisect_right(self.catalogue.bounds, cutoff))
        held = self._scopes.get(place)
        if held is None:
            scope = self.catalogue.scope(unit, cutoff)
            named = (self._announced(each.code) for each in scope.procedures if is_named(each))
            held = self._scopes[place] = (scope_counters(scope), tuple(each for each in named if each))
        counters, announced = held
        return {
            **decision_counters(announced, window),
            **counters,
            "sync_expected": self.sync_expected(unit, window, received),
            "certified_copy": int(self._flags.get(unit, True)),
        }

    def _announced(self, procedure: str) -> tuple[Announcement, ...]:
        held = self._announcements.get(procedure)
        if held is None:
            held = announcements_of(self.catalogue.decisions(procedure), self.calendar)
            self._announcements[procedure] = held
        return held

    def sync_expected(self, unit: str, window: Window, received: int) -> int:
        """Return the denominator of DOSSIER_SYNC, the one catalogue counter that events move too."""
        return sync_expected(self._reported.get(unit, {}), window, received)


def _calendar(records: Iterable[CalendarRecord]) -> WorkingCalendar:
    newest = max(records, key=lambda record: (record.version, record.code), default=None)
    return WorkingCalendar() if newest is None else WorkingCalendar(newest.off, newest.make_up)
