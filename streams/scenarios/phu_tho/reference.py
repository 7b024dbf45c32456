"""Reference records of the scenario: units, procedures, services, calendar, reported totals and flags."""

from collections.abc import Iterator
from datetime import date

from schemas.reference import (
    ProcedureRecord,
    ProcedureRow,
    ReferenceRecord,
    ReportedTotal,
    ServiceRecord,
    ServiceRow,
    UnitFlagsRecord,
    UnitRecord,
    UnitRow,
    UnitTotalsRecord,
)
from streams.scenarios.phu_tho import published
from streams.scenarios.phu_tho.catalogue import PUBLIC, PUBLIC_IN_FULL, Procedure, procedures
from streams.scenarios.phu_tho.days import calendar_record
from streams.scenarios.phu_tho.target import targets

TWO_LEVELS_FROM = date(2025, 7, 1)
"""Two levels of local government, and the province of Phú Thọ as it is since."""
PROVINCE = "H44"


def records() -> Iterator[ReferenceRecord]:
    """Every reference record, units before what refers to them."""
    yield calendar_record()
    for unit in published.units():
        yield UnitRecord(
            code=unit.code,
            history=(
                UnitRow.model_validate(
                    {
                        "valid_from": TWO_LEVELS_FROM,
                        "name": unit.name,
                        "level": unit.level,
                        "unit_kind": unit.kind,
                        "parent": None if unit.code == PROVINCE else PROVINCE,
                    }
                ),
            ),
        )
        yield UnitFlagsRecord(code=unit.code, electronic_certified_copy=True)
    for place, procedure in enumerate(procedures()):
        yield _procedure(procedure, place)
        if procedure.service is not None:
            yield _service(procedure, procedure.service)
    for target in targets():
        if target.reported is not None:
            total = ReportedTotal(period=published.PERIOD, received=target.reported)
            yield UnitTotalsRecord(code=target.unit, reported=(total,))


def _procedure(procedure: Procedure, place: int) -> ProcedureRecord:
    row = ProcedureRow(
        valid_from=TWO_LEVELS_FROM,
        name=procedure.name,
        executing_levels=(procedure.level,),
        units=procedure.units,
        max_time=10,
        time_unit="working_day",
        citizen_subject=procedure.citizen,
        has_fee=procedure.has_fee,
        service_level="partial" if procedure.service else "none",
        public_status="public" if place < PUBLIC else "not_public",
        seven_parts_complete=place < PUBLIC_IN_FULL,
    )
    return ProcedureRecord(code=procedure.code, history=(row,))


def _service(procedure: Procedure, code: str) -> ServiceRecord:
    """Every commune applies the services of communes, also of procedures that it does not do."""
    row = ServiceRow(
        valid_from=TWO_LEVELS_FROM,
        name=f"Dịch vụ công trực tuyến: {procedure.name}",
        procedures=(procedure.code,),
        levels=(procedure.level,),
        units=() if procedure.level == "commune" else procedure.units,
    )
    return ServiceRecord(code=code, history=(row,))
