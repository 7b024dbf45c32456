"""The catalogue of procedures and online services through time, and the indicators that need nothing else.

A procedure or service applies to the units it names, or, naming none, to every unit of its levels; a unit
counts what applies to it or to anything below it, each code once (index-766.md, section 5: 1.1-1.3, 3.1, 3.2,
3.5, 4.5a). The catalogue is that of the cut-off, also where the portal uses today's (1.3, 3.5): for a running
period they are the same. Moments are epoch milliseconds UTC; a row is valid for whole local days, both ends
included.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from schemas.decision import Decision
from schemas.reference import ProcedureRecord, ProcedureRow, ServiceRecord, ServiceRow
from streams.core.periods import day_of, day_start
from streams.core.units import FOREVER, UnitTree

_OFFERED = frozenset({"public", "pending_stop", "testing"})


class Procedure(NamedTuple):
    """A procedure (thủ tục hành chính) as it is from `start` (included) to `end` (excluded)."""

    code: str
    has_fee: bool
    citizen_subject: bool
    requires_paper_result: bool
    max_time: int | None
    time_unit: str | None
    service_level: str
    public_status: str
    seven_parts_complete: bool
    levels: frozenset[str]
    units: frozenset[str]
    start: int
    end: int


class Service(NamedTuple):
    """An online service (dịch vụ công trực tuyến) as it is from `start` (included) to `end` (excluded)."""

    code: str
    procedures: frozenset[str]
    offered: bool
    levels: frozenset[str]
    units: frozenset[str]
    start: int
    end: int


class Scope(NamedTuple):
    """What applies to a unit or anything below it at a moment."""

    procedures: tuple[Procedure, ...]
    services: tuple[Service, ...]


class Catalogue:
    """Procedures, services and announcing decisions; immutable."""

    __slots__ = ("_bounds", "_by_procedure", "_decisions", "_procedures", "_scopes", "_services", "_units")

    def __init__(
        self,
        units: UnitTree,
        procedures: Iterable[ProcedureRecord] = (),
        services: Iterable[ServiceRecord] = (),
    ) -> None:
        self._units = units
        self._procedures: dict[str, tuple[Procedure, ...]] = {}
        self._decisions: dict[str, tuple[Decision, ...]] = {}
        for record in procedures:
            rows = sorted((_procedure(record.code, row) for row in record.history), key=lambda row: row.start)
            self._procedures[record.code] = tuple(rows)
            self._decisions[record.code] = _decisions(record)
        self._services: dict[str, tuple[Service, ...]] = {
            record.code: tuple(_service(record.code, row) for row in record.history) for record in services
        }
        self._by_procedure: dict[str, list[Service]] = {}
        for code in sorted(self._services):
            for row in self._services[code]:
                for procedure in row.procedures:
                    self._by_procedure.setdefault(procedure, []).append(row)
        histories: list[tuple[Procedure | Service, ...]] = [
            *self._procedures.values(),
            *self._services.values(),
        ]
        bounds = {bound for rows in histories for row in rows for bound in (row.start, row.end)}
        self._bounds = sorted(bounds | set(units.bounds))
        self._scopes: dict[tuple[str, int], Scope] = {}

    def __contains__(self, procedure: str) -> bool:
        return procedure in self._procedures

    def __len__(self) -> int:
        return len(self._procedures)

    @property
    def bounds(self) -> list[int]:
        """The moments at which the catalogue or the tree of units changes, ascending."""
        return self._bounds

    def procedure(self, code: str, at: int) -> Procedure | None:
        """Return a procedure as it was at a moment: outside its validity the row before, else the first."""
        rows = self._procedures.get(code)
        if rows is None:
            return None
        if len(rows) == 1:
            return rows[0]
        return next((row for row in reversed(rows) if row.start <= at), rows[0])

    def decisions(self, code: str) -> tuple[Decision, ...]:
        """Return the announcing decisions (quyết định công bố) of a procedure, each once."""
        return self._decisions.get(code, ())

    def services(self, procedure: str, unit: str, at: int) -> tuple[str, ...]:
        """Return the codes of the online services of a procedure that a unit applies at a moment."""
        rows = self._by_procedure.get(procedure)
        if rows is None:
            return ()
        held = self._units.last_known(unit, at)
        level = held.level if held is not None else ""
        return tuple(
            row.code
            for row in rows
            if row.offered
            and row.start <= at < row.end
            and (unit in row.units if row.units else level in row.levels)
        )

    def scope(self, unit: str, at: int) -> Scope:
        """Return what applies to a unit or anything below it at a moment, by code."""
        place = (unit, bisect_right(self._bounds, at))
        scope = self._scopes.get(place)
        if scope is None:
            scope = self._scopes[place] = self._scope_at(unit, at)
        return scope

    def _scope_at(self, unit: str, at: int) -> Scope:
        below = self._units.below(unit, at)
        levels = {row.level for code in below if (row := self._units.unit(code, at)) is not None}
        procedures = (
            row
            for code in sorted(self._procedures)
            for row in self._procedures[code]
            if row.start <= at < row.end and _applies(row, below, levels)
        )
        services = (
            row
            for code in sorted(self._services)
            for row in self._services[code]
            if row.offered and row.start <= at < row.end and _applies(row, below, levels)
        )
        return Scope(tuple(procedures), tuple(services))


def _applies(row: Procedure | Service, below: frozenset[str], levels: set[str]) -> bool:
    return not row.units.isdisjoint(below) if row.units else not row.levels.isdisjoint(levels)


def _procedure(code: str, row: ProcedureRow) -> Procedure:
    return Procedure(
        code,
        row.has_fee,
        row.citizen_subject,
        row.requires_paper_result,
        row.max_time,
        row.time_unit,
        row.service_level,
        row.public_status,
        row.seven_parts_complete,
        frozenset(row.executing_levels),
        frozenset(row.units),
        *_bounds(row),
    )


def _service(code: str, row: ServiceRow) -> Service:
    return Service(
        code,
        frozenset(row.procedures),
        row.status in _OFFERED,
        frozenset(row.levels),
        frozenset(row.units),
        *_bounds(row),
    )


def _bounds(row: ProcedureRow | ServiceRow) -> tuple[int, int]:
    end = FOREVER if row.valid_to is None else day_start(day_of(row.valid_to) + 1)
    return day_start(day_of(row.valid_from)), end


def _decisions(record: ProcedureRecord) -> tuple[Decision, ...]:
    """Each decision once, as the newest row of the history has it."""
    newest: dict[tuple[str, str], Decision] = {}
    for row in sorted(record.history, key=lambda row: row.valid_from):
        for decision in row.decisions:
            newest[decision.number, decision.kind] = decision
    return tuple(newest.values())
