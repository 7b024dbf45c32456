"""The lists inside a record of DongBoHoSoMC: papers, fees, rounds of supplement, results, databases.

Each list comes out sorted, so that a source that sends it in another order says the same.
"""

from datetime import datetime
from typing import Literal

from schemas.events.component import Component
from schemas.events.payment import Fee
from schemas.events.result import Result
from schemas.events.supplement import Supplement
from streams.intake.context import Call
from streams.intake.lenient import Fields

PAPER_KEYS = frozenset(
    {
        "TepDinhKemId",
        "TenTepDinhKem",
        "IsDeleted",
        "MaThanhPhanHoSo",
        "DuongDanTaiTepTin",
        "DuocSoHoa",
        "DuocTaiSuDung",
        "DuocLayTuKhoDMQG",
        "MaKetQuaThayThe",
    }
)
FEE_KEYS = frozenset({"TenPhiLePhi", "MaPhiLePhi", "HinhThucThu", "Gia", "LoaiPhiLePhi"})
ROUND_KEYS = frozenset(
    {
        "HoSoBoSungId",
        "NguoiYeuCauBoSung",
        "NoiDungBoSung",
        "NgayBoSung",
        "NguoiTiepNhanBoSung",
        "ThongTinTiepNhan",
        "NgayTiepNhanBoSung",
        "TrangThaiBoSung",
        "DanhSachGiayToBoSung",
        "DanhSachLePhiBoSung",
        "NgayHenTraTruoc",
        "NgayHenTraMoi",
    }
)
RESULT_KEYS = frozenset(
    {"TenGiayTo", "MaThanhPhanHoSo", "GiayToId", "DuongDanTepTinKetQua", "MaGiayToKetQua"}
)
_STEPS: dict[int, Literal[1, 2, 4]] = {1: 1, 2: 2, 4: 4}
_UNNAMED = "unnamed"


def components(fields: Fields, call: Call) -> tuple[Component, ...]:
    """TaiLieuNop: one component a file. What is said twice of one file counts if it was said once."""
    found: dict[str, Component] = {}
    for paper in fields.objects("TaiLieuNop") or ():
        paper.note_unknown(PAPER_KEYS)
        component = _component(paper, call)
        known = found.get(component.component_id)
        found[component.component_id] = component if known is None else _both(known, component)
    return tuple(found[name] for name in sorted(found))


def _component(paper: Fields, call: Call) -> Component:
    names = ("TenTepDinhKem", "DuongDanTaiTepTin")
    return Component(
        component_id=_identity(paper, call, ("TepDinhKemId", "MaThanhPhanHoSo"), names),
        deleted=paper.flag("IsDeleted") or False,
        has_file=paper.text("DuongDanTaiTepTin") is not None,
        digitized=paper.flag("DuocSoHoa") or False,
        reused=paper.flag("DuocTaiSuDung") or False,
        from_personal_store=paper.flag("DuocLayTuKhoDMQG") or False,
    )


def _both(one: Component, other: Component) -> Component:
    return Component(
        component_id=one.component_id,
        deleted=one.deleted and other.deleted,
        has_file=one.has_file or other.has_file,
        digitized=one.digitized or other.digitized,
        reused=one.reused or other.reused,
        from_personal_store=one.from_personal_store or other.from_personal_store,
    )


def fees(fields: Fields, call: Call) -> tuple[Fee, ...] | None:
    """DanhSachLePhi; None if nothing is said. An empty list is not a list of zeros."""
    lines = fields.objects("DanhSachLePhi")
    if lines is None:
        return None
    found = [_fee(line, call) for line in lines]
    return tuple(sorted(found, key=lambda fee: (fee.code, fee.amount, fee.collected_at_step or 0)))


def _fee(line: Fields, call: Call) -> Fee:
    line.note_unknown(FEE_KEYS)
    step = line.number_or_none("HinhThucThu", 1, 4)
    if step is not None and step not in _STEPS:
        call.intake.hazards.note("unknown_code", line.at("HinhThucThu"))
    return Fee(
        code=_identity(line, call, ("MaPhiLePhi",)),
        amount=line.amount("Gia") or 0,
        collected_at_step=_STEPS.get(step or 0),
    )


def supplements(fields: Fields, call: Call) -> tuple[Supplement, ...]:
    """DanhSachHoSoBoSung: one entry a round; a round that was never requested is left out and reported."""
    hazards = call.intake.hazards
    found = []
    for entry in fields.objects("DanhSachHoSoBoSung") or ():
        entry.note_unknown(ROUND_KEYS)
        requested, completed = entry.time("NgayBoSung"), entry.time("NgayTiepNhanBoSung")
        if requested is None:
            hazards.note("supplement_without_request", entry.at("NgayBoSung"))
            continue
        if completed is not None and completed < requested:
            hazards.note("supplement_completed_before_request", entry.at("NgayTiepNhanBoSung"))
        found.append(
            Supplement(
                round_id=_round_id(entry, call, requested),
                requested_at=requested,
                completed_at=completed,
                due_before=entry.time("NgayHenTraTruoc"),
                due_after=entry.time("NgayHenTraMoi"),
            )
        )
    return tuple(sorted(found, key=lambda round_: (round_.round_id, round_.requested_at)))


def _round_id(entry: Fields, call: Call, requested: datetime) -> str:
    """The round's own id, else the moment of its request."""
    for name, text in entry.present("HoSoBoSungId"):
        return call.carry(text, entry.at(name))
    return f"{requested:%Y%m%d%H%M%S}"


def results(fields: Fields, call: Call) -> tuple[Result, ...]:
    """DanhSachGiayToKetQua: electronic results; one with an address anywhere has one."""
    found: dict[str, bool] = {}
    for paper in fields.objects("DanhSachGiayToKetQua") or ():
        paper.note_unknown(RESULT_KEYS)
        ids = ("MaGiayToKetQua", "GiayToId", "MaThanhPhanHoSo")
        name = _identity(paper, call, ids, ("TenGiayTo", "DuongDanTepTinKetQua"))
        found[name] = found.get(name, False) or paper.text("DuongDanTepTinKetQua") is not None
    return tuple(Result(result_id=name, has_file=found[name]) for name in sorted(found))


def databases(fields: Fields) -> tuple[str, ...]:
    """DSKetNoiCSDL: codes of the databases that were consulted."""
    found = set()
    for entry in fields.objects("DSKetNoiCSDL") or ():
        entry.note_unknown(frozenset({"MaCSDL"}))
        code = entry.label("MaCSDL")
        if code is not None:
            found.add(code)
    return tuple(sorted(found))


def _identity(entry: Fields, call: Call, ids: tuple[str, ...], names: tuple[str, ...] = ()) -> str:
    """What tells one entry from another: its first id, else the keyed hash of all that describes it."""
    for name, text in entry.present(*ids):
        return call.carry(text, entry.at(name))
    described = "\n".join(text for _, text in entry.present(*names))
    return call.hashed(described, entry.at(ids[0])) if described else _UNNAMED
