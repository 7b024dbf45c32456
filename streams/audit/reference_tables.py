"""Reference records as tables for SQL: their own rows, nothing judged; days since 1970-01-01, times ms UTC. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from schemas.index import LEVELS, IndexVersion
from schemas.reference import (
    CalendarRecord,
    ProcedureRecord,
    ReferenceRecord,
    ServiceRecord,
    UnitFlagsRecord,
    UnitRecord,
    UnitTotalsRecord,
)
from streams.core.periods import day_of, moment
from streams.core.rounding import to_hundredths

Row = tuple[Any, ...]


class Table(NamedTuple):
    """A table that goes along with a query: name, columns with their types, rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: list[Row]


_VALID: Final = (("valid_from", "Int32"), ("valid_to", "Nullable(Int32)"))
_WHERE: Final = (("levels", "Array(String)"), ("units", "Array(String)"))


def reference_tables(records: Iterable[ReferenceRecord], index: IndexVersion) -> list[Table]:
    """Return units, procedures, decisions, services, calendar, totals, flags and the version of the index as tables."""
    held = list(records)
    found = [
        Table(name, columns, list(rows(held)))
        for name, columns, rows in (
            (
                "ref_units",
                (("code", "String"), *_VALID, ("level", "String"), ("parent", "String")),
                _units,
            ),
            (
                "ref_procedures",
                (
                    ("code", "String"),
                    *_VALID,
                    *_WHERE,
                    ("max_time", "Nullable(Int64)"),
                    ("time_unit", "String"),
                    ("citizen_subject", "UInt8"),
                    ("has_fee", "UInt8"),
                    ("service_level", "String"),
                    ("public_status", "String"),
                    ("seven_parts", "UInt8"),
                ),
                _procedures,
            ),
            (
                "ref_decisions",
                (
                    ("procedure", "String"),
                    ("valid_from", "Int32"),
                    ("number", "String"),
                    ("kind", "String"),
                    ("decision_date", "Int32"),
                    ("specific", "UInt8"),
                    ("effective", "Nullable(Int32)"),
                    ("published", "Nullable(Int64)"),
                ),
                _decisions,
            ),
            (
                "ref_services",
                (("code", "String"), *_VALID, ("procedures", "Array(String)"), ("status", "String"), *_WHERE),
                _services,
            ),
            ("ref_calendar", (("day", "Int32"), ("make_up", "UInt8")), _calendar),
            ("ref_totals", (("unit", "String"), ("period", "String"), ("received", "Int64")), _totals),
            ("ref_flags", (("unit", "String"), ("certified_copy", "UInt8")), _flags),
        )
    ]
    return [*found, _index(index), _grades(index)]


def _validity(row: Any) -> Row:
    return day_of(row.valid_from), None if row.valid_to is None else day_of(row.valid_to)


def _units(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, UnitRecord):
            for row in record.history:
                yield record.code, *_validity(row), row.level, row.parent or ""


def _procedures(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, ProcedureRecord):
            for row in record.history:
                yield (
                    record.code,
                    *_validity(row),
                    list(row.executing_levels),
                    list(row.units),
                    row.max_time,
                    row.time_unit or "working_day",
                    int(row.citizen_subject),
                    int(row.has_fee),
                    row.service_level,
                    row.public_status,
                    int(row.seven_parts_complete),
                )


def _decisions(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, ProcedureRecord):
            for row in record.history:
                for one in row.decisions:
                    yield (
                        record.code,
                        day_of(row.valid_from),
                        one.number,
                        one.kind,
                        day_of(one.decision_date),
                        int(one.specific),
                        None if one.legal_effective_date is None else day_of(one.legal_effective_date),
                        None if one.published_at is None else moment(one.published_at),
                    )


def _services(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, ServiceRecord):
            for row in record.history:
                yield (
                    record.code,
                    *_validity(row),
                    list(row.procedures),
                    row.status,
                    list(row.levels),
                    list(row.units),
                )


def _calendar(records: list[ReferenceRecord]) -> Iterator[Row]:
    calendars = [record for record in records if isinstance(record, CalendarRecord)]
    newest = max(calendars, key=lambda record: (record.version, record.code), default=None)
    if newest is not None:
        yield from ((day_of(day), 0) for day in newest.off)
        yield from ((day_of(day), 1) for day in newest.make_up)


def _totals(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, UnitTotalsRecord):
            for total in record.reported:
                yield record.code, total.period, total.received


def _flags(records: list[ReferenceRecord]) -> Iterator[Row]:
    for record in records:
        if isinstance(record, UnitFlagsRecord):
            yield record.code, int(record.electronic_certified_copy)


def _index(index: IndexVersion) -> Table:
    columns = (
        ("level", "String"),
        ("indicator", "String"),
        ("group_code", "String"),
        ("maximum", "Int64"),
        ("target", "Int64"),
        ("zero_rule", "String"),
        ("policy", "String"),
    )
    rows: list[Row] = [
        (
            level,
            one.code,
            group.code,
            to_hundredths(one.maximum),
            to_hundredths(one.target),
            one.zero_rule.value,
            one.policy.at(level).value,
        )
        for level in LEVELS
        for group in index.groups
        for one in group.indicators
        if one.scored
    ]
    return Table("ref_index", columns, rows)


def _grades(index: IndexVersion) -> Table:
    rows: list[Row] = [(grade.code, to_hundredths(grade.from_total)) for grade in index.grades]
    return Table("ref_grades", (("code", "String"), ("from_total", "Int64")), rows)
