"""Reference records: the province's tree until and after 30 June 2025, its catalogue and calendar."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import groupby

from schemas.decision import Decision
from schemas.reference import (
    CalendarRecord,
    ProcedureRecord,
    ProcedureRow,
    ReferenceRecord,
    ReportedTotal,
    ServiceRecord,
    ServiceRow,
    UnitFlagsRecord,
    UnitRecord,
    UnitTotalsRecord,
)
from schemas.reference import UnitRow as UnitHistoryRow
from streams.core.calendar import WorkingCalendar
from streams.core.periods import LOCAL
from streams.scenarios.binh_duong import catalogue

DISTRICTS_END = date(2025, 6, 30)
MERGED_FROM = date(2025, 7, 1)
MERGED_PROVINCE = "H29"
CATALOGUE_FROM = date(2022, 1, 1)
AMENDED = {
    "1.001612": "2023-07-12",
    "2.000720": "2023-07-12",
    "2.000815": "2024-02-20",
    "1.009994": "2024-03-05",
}
"""Procedures that the province amended in the time told, and the day of the decision (invented)."""


def records() -> Iterator[ReferenceRecord]:
    """Every reference record, units before what refers to them."""
    yield calendar_record()
    yield from _units()
    yield from (_procedure(procedure) for procedure in catalogue.procedures().values())
    yield from (_service(service) for service in catalogue.services())
    yield from _totals()
    for district in catalogue.districts():
        for unit in (district, *catalogue.communes(district)):
            yield UnitFlagsRecord(code=unit, electronic_certified_copy=True)


@cache
def calendar_record() -> CalendarRecord:
    """Vietnam's days off and make-up days, 2023 to 2027."""
    text = (files("schemas") / "calendar" / "vn-holidays.csv").read_text(encoding="utf-8")
    days: dict[str, list[date]] = {"off": [], "work": []}
    for row in csv.DictReader(text.splitlines()):
        days[row["kind"]].append(date.fromisoformat(row["date"]))
    return CalendarRecord(code="VN", version=1, off=tuple(days["off"]), make_up=tuple(days["work"]))


@cache
def working_calendar() -> WorkingCalendar:
    """The calendar by which the scenario's offices work."""
    record = calendar_record()
    return WorkingCalendar(record.off, record.make_up)


def _units() -> Iterator[UnitRecord]:
    merged = UnitHistoryRow(
        valid_from=MERGED_FROM,
        name="Thành phố Hồ Chí Minh",
        level="province",
        unit_kind="thành phố trực thuộc trung ương",
    )
    yield UnitRecord(code=MERGED_PROVINCE, history=(merged,))
    for code, rows in groupby(catalogue.unit_rows(), key=lambda row: row.code):
        history = tuple(_unit_row(row) for row in rows)
        yield UnitRecord(code=code, history=history + _after_the_reform(history[-1]))


def _unit_row(row: catalogue.UnitRow) -> UnitHistoryRow:
    return UnitHistoryRow.model_validate(
        {
            "valid_from": date.fromisoformat(row.valid_from),
            "valid_to": date.fromisoformat(row.valid_to),
            "name": row.name,
            "level": row.level,
            "unit_kind": row.kind,
            "parent": row.parent or None,
        }
    )


def _after_the_reform(last: UnitHistoryRow) -> tuple[UnitHistoryRow, ...]:
    """Communes go on under the merged province; their own mergers of that day are left out."""
    if last.level != "commune":
        return ()
    return (last.model_copy(update={"valid_from": MERGED_FROM, "valid_to": None, "parent": MERGED_PROVINCE}),)


def _procedure(procedure: catalogue.Procedure) -> ProcedureRecord:
    row = ProcedureRow.model_validate(
        {
            "valid_from": CATALOGUE_FROM,
            "name": procedure.name,
            "domain_code": procedure.domain_code,
            "domain_name": procedure.domain_name,
            "executing_levels": procedure.levels,
            "max_time": procedure.max_time,
            "time_unit": procedure.time_unit,
            "citizen_subject": procedure.citizen,
            "has_fee": procedure.fee > 0,
            "requires_paper_result": procedure.paper_result,
            "service_level": procedure.service_level,
            "public_status": "public_amended" if procedure.code in AMENDED else "public",
            "seven_parts_complete": True,
            "decisions": _decisions(procedure.code),
        }
    )
    return ProcedureRecord(code=procedure.code, history=(row,))


def _decisions(procedure: str) -> tuple[Decision, ...]:
    signed = AMENDED.get(procedure)
    if signed is None:
        return ()
    day = date.fromisoformat(signed)
    return (
        Decision(
            number=f"QĐ-{day:%Y%m%d}/UBND",
            decision_date=day,
            kind="amend",
            specific=True,
            legal_effective_date=day.replace(month=day.month + 1),
            published_at=datetime(day.year, day.month, day.day + 2, 9, 0, tzinfo=LOCAL),
        ),
    )


def _service(service: catalogue.Service) -> ServiceRecord:
    row = ServiceRow.model_validate(
        {
            "valid_from": CATALOGUE_FROM,
            "name": service.name,
            "procedures": service.procedures,
            "status": service.status,
            "levels": service.levels,
        }
    )
    return ServiceRecord(code=service.code, history=(row,))


def _totals() -> Iterator[UnitTotalsRecord]:
    for (unit, period), presence in catalogue.presences().items():
        if presence.reported is not None:
            total = ReportedTotal(period=period, received=presence.reported)
            yield UnitTotalsRecord(code=unit, reported=(total,))
