"""CapNhatTienDoHoSoMC: one record, a step of progress, becomes one event."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from schemas.events import Event
from schemas.events.national import DossierProgressed
from schemas.fields import is_code
from streams.intake.context import Call
from streams.intake.dossier_code import read_dossier_code
from streams.intake.event_id import with_content_id
from streams.intake.faults import FieldFault
from streams.intake.lenient import Fields
from streams.intake.national_dossier import CLOCK_TOLERANCE
from streams.intake.technical_ids import looks_personal

KEYS = frozenset(
    {
        "MaHoSo",
        "NguoiXuLy",
        "ChucDanh",
        "PhongBanXuLy",
        "ThoiDiemXuLy",
        "NoiDungXuLy",
        "TrangThai",
        "NgayBatDau",
        "NgayKetThucTheoQuyDinh",
    }
)


def progress_events(record: dict[str, Any], call: Call) -> Iterator[Event]:
    """The event of one record; raises FieldFault if it is refused."""
    fields = Fields(record, call.intake.hazards)
    fields.note_unknown(KEYS)
    yield with_content_id(_progressed(fields, call))


def _progressed(fields: Fields, call: Call) -> DossierProgressed:
    code = read_dossier_code(fields, call)
    status = _status(fields, call)
    started = fields.time("NgayBatDau")
    return DossierProgressed(
        v=1,
        event_id="-",
        source=call.source,
        source_seq=status or 0,
        unit_code=call.unit_code,
        occurred_at=_moment(fields, call),
        recorded_at=call.intake.recorded_at,
        dossier_code=code,
        status=status,
        stage_id=None if started is None else f"{started:%Y%m%d%H%M%S}",
        stage_started_at=started,
        stage_due_at=_stage_due(fields, started, call),
        division_code=_division(fields),
    )


def _moment(fields: Fields, call: Call) -> datetime:
    moment = fields.time("ThoiDiemXuLy")
    if moment is None:
        raise FieldFault("no_business_time", fields.at("ThoiDiemXuLy"))
    if moment > call.intake.recorded_at + CLOCK_TOLERANCE:
        raise FieldFault("from_the_future", fields.at("ThoiDiemXuLy"))
    return moment


def _status(fields: Fields, call: Call) -> int | None:
    status = fields.number("TrangThai", 1, 10)
    if status is not None and status in call.profile.distrusted_statuses:
        call.intake.hazards.note("distrusted_status", fields.at("TrangThai"))
        return None
    return status


def _stage_due(fields: Fields, started: datetime | None, call: Call) -> datetime | None:
    due = fields.time("NgayKetThucTheoQuyDinh")
    if due is not None and started is not None and due < started:
        call.intake.hazards.note("stage_due_before_start", fields.at("NgayKetThucTheoQuyDinh"))
        return None
    return due


def _division(fields: Fields) -> str | None:
    """PhongBanXuLy, where it is a code; a name is free text and stays outside."""
    text = fields.text("PhongBanXuLy")
    return text if text is not None and is_code(text) and not looks_personal(text) else None
