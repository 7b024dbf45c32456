"""DongBoHoSoMC: one record, the whole dossier, becomes one event that carries all its fields.

If the call is known, or assumed, to have reached the national portal, a second event says so: the dossier is synced.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from schemas.events import Event
from schemas.events.national import DossierRecorded
from schemas.events.sync import DossierSynced
from streams.intake.context import Call
from streams.intake.dossier_code import read_dossier_code
from streams.intake.event_id import with_content_id
from streams.intake.faults import FieldFault
from streams.intake.handling_unit import read_handling_unit
from streams.intake.lenient import Fields
from streams.intake.papers import components, databases, fees, results, supplements

CLOCK_TOLERANCE = timedelta(minutes=5)

TIMES = {
    "submitted_at": "NgayNopHoSo",
    "received_at": "NgayTiepNhan",
    "due_at": "NgayHenTra",
    "refused_at": "NgayTuChoi",
    "finished_at": "NgayKetThucXuLy",
    "returned_at": "NgayTra",
}
_PROMISED = frozenset({"due_at"})

CARRIED_KEYS = frozenset(TIMES.values()) | {
    "MaHoSo",
    "MaTTHC",
    "KenhThucHien",
    "LoaiDoiTuong",
    "HinhThuc",
    "TrangThaiHoSo",
    "DonViXuLy",
    "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
    "DSKetNoiCSDL",
    "TaiLieuNop",
    "DanhSachLePhi",
    "DanhSachHoSoBoSung",
    "DanhSachGiayToKetQua",
}
DROPPED_KEYS = frozenset(
    {
        "TenTTHC",
        "MaLinhVuc",
        "TenLinhVuc",
        "ChuHoSo",
        "SoGiayToChuHoSo",
        "MaDoiTuong",
        "DinhDanhCHS",
        "Email",
        "Fax",
        "SoDienThoai",
        "ThongTinKhac",
        "TrichYeuHoSo",
        "ThongTinTra",
        "GhiChu",
        "DanhSachTepDinhKemKhac",
    }
)
"""Personal data, free text, and what the catalogue knows better: never read."""


def dossier_events(record: dict[str, Any], call: Call) -> Iterator[Event]:
    """The events of one record; raises FieldFault if it is refused."""
    fields = Fields(record, call.intake.hazards)
    fields.note_unknown(CARRIED_KEYS | DROPPED_KEYS)
    recorded = with_content_id(_recorded(fields, call))
    yield recorded
    if call.accepted is not None:
        yield with_content_id(_synced(recorded, call))


def _recorded(fields: Fields, call: Call) -> DossierRecorded:
    code = read_dossier_code(fields, call)
    times = {ours: fields.time(theirs) for ours, theirs in TIMES.items()}
    rounds = supplements(fields, call)
    status = _status(fields, call, times)
    _refuse_impossible(fields, times, call.intake.recorded_at)
    happened = [moment for name, moment in times.items() if name not in _PROMISED]
    happened += [moment for entry in rounds for moment in (entry.requested_at, entry.completed_at)]
    return DossierRecorded(
        v=1,
        event_id="-",
        source=call.source,
        source_seq=status or 0,
        unit_code=call.unit_code,
        occurred_at=_newest(happened, fields, call.intake.recorded_at),
        recorded_at=call.intake.recorded_at,
        dossier_code=code,
        is_update=call.is_update,
        procedure_code=fields.code("MaTTHC"),
        channel=fields.number("KenhThucHien", 1, 3),
        applicant_kind=_applicant_kind(fields, call),
        submitted_from=fields.label("NoiNopHoSo"),
        handling_unit=read_handling_unit(fields, call),
        status=status,
        submitted_at=times["submitted_at"],
        received_at=times["received_at"],
        due_at=times["due_at"],
        refused_at=times["refused_at"],
        finished_at=times["finished_at"],
        returned_at=times["returned_at"],
        return_form=fields.number_or_none("HinhThuc", 0, 1),
        has_digitized_component=fields.flag("HoSoCoThanhPhanSoHoa"),
        vneid_verified=fields.flag("TaiKhoanDuocXacThucVoiVNeID"),
        online_payment=fields.number_or_none("DuocThanhToanTrucTuyen", 0, 9),
        databases=databases(fields),
        components=components(fields, call),
        fees=fees(fields, call),
        supplements=rounds,
        results=results(fields, call),
    )


def _synced(recorded: DossierRecorded, call: Call) -> DossierSynced:
    """The call's answer. A call has no time of its own: a received dossier was synced when it was received."""
    return DossierSynced(
        v=1,
        event_id="-",
        source=recorded.source,
        source_seq=recorded.source_seq,
        unit_code=recorded.unit_code,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        dossier_code=recorded.dossier_code,
        direction="to_portal",
        target_status=recorded.status,
        accepted=call.accepted is True,
        error_code=call.error_code,
        synced_at=recorded.received_at or recorded.occurred_at,
    )


def _status(fields: Fields, call: Call, times: dict[str, datetime | None]) -> int | None:
    """TrangThaiHoSo; a final one without its date ends nothing, and some sources' means nothing at all."""
    status = fields.number("TrangThaiHoSo", 1, 10)
    if status not in (9, 10) or times["finished_at"] is not None or times["returned_at"] is not None:
        return status
    return _undated_final(status, fields.at("TrangThaiHoSo"), call)


def _undated_final(status: int, name: str, call: Call) -> int | None:
    hazards = call.intake.hazards
    if status in call.profile.distrusted_statuses:
        hazards.note("distrusted_status", name)
        return None
    hazards.note("final_status_without_date", name)
    return status


def _applicant_kind(fields: Fields, call: Call) -> int | None:
    """LoaiDoiTuong in the source's own counting; a kind it does not have is left out and reported."""
    text = fields.text("LoaiDoiTuong")
    kind = None if text is None else call.profile.applicant_kinds.get(text.removesuffix(".0"))
    if text is not None and kind is None:
        call.intake.hazards.note("unknown_code", fields.at("LoaiDoiTuong"))
    return kind


def _refuse_impossible(fields: Fields, times: dict[str, datetime | None], recorded_at: datetime) -> None:
    received, due = times["received_at"], times["due_at"]
    if received is not None and due is not None and due < received:
        raise FieldFault("due_before_received", fields.at(TIMES["due_at"]))
    for name, moment in times.items():
        if name not in _PROMISED and moment is not None and moment > recorded_at + CLOCK_TOLERANCE:
            raise FieldFault("from_the_future", fields.at(TIMES[name]))


def _newest(moments: list[datetime | None], fields: Fields, recorded_at: datetime) -> datetime:
    """The newest business time of the record: the moment at which all it says was known."""
    newest = max((moment for moment in moments if moment is not None), default=None)
    if newest is None:
        raise FieldFault("no_business_time", fields.at(TIMES["received_at"]))
    if newest > recorded_at + CLOCK_TOLERANCE:
        raise FieldFault("from_the_future", fields.at("DanhSachHoSoBoSung"))
    return newest
