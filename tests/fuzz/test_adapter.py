"""Any file, any body of a call: events and dead letters, no other exception, and nothing personal in either."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import parse_event
from schemas.fast import encode
from schemas.sources import load_sources
from streams.intake.context import Intake
from streams.intake.documents import read_documents
from streams.intake.reception import Accepted, Refused, receive
from streams.intake.technical_ids import TechnicalIds
from tests.fuzz.damage import (
    PLANTED,
    TOKENS,
    VALUES,
    damaged,
    events_as_bytes,
    leaks,
    odd_documents,
    raw_json,
    says,
)

EXAMPLES = settings.default.max_examples * 5
ROOT = Path(__file__).resolve().parents[2]
TIME = "20260810080000"
CALLS: list[dict[str, Any]] = [
    json.loads((ROOT / "docs" / "examples" / "dong-bo-ho-so.json").read_text("utf-8")),
    {
        "session": "s",
        "madonvi": "H44",
        "service": "CapNhatTienDoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": "H44.100-260801-0001",
                "NguoiXuLy": PLANTED[0],
                "ThoiDiemXuLy": TIME,
                "TrangThai": "4",
                "NgayBatDau": TIME,
                "NgayKetThucTheoQuyDinh": TIME,
                "PhongBanXuLy": PLANTED[3],
            }
        ],
    },
    {
        "madonvi": "H44",
        "service": "DongBoHoSoMC",
        "isUpdating": 1,
        "error_code": "0",
        "data": [
            {
                "MaHoSo": "H44.100-260801-0002",
                "MaTTHC": "1.000001",
                "ChuHoSo": PLANTED[0],
                "SoDienThoai": PLANTED[2],
                "KenhThucHien": "2",
                "LoaiDoiTuong": "1",
                "NgayNopHoSo": TIME,
                "NgayTiepNhan": TIME,
                "NgayHenTra": "20260820170000",
                "TrangThaiHoSo": "10",
                "NgayKetThucXuLy": TIME,
                "NgayTra": TIME,
                "HinhThuc": "0",
                "DonViXuLy": "H44.100",
                "TaiLieuNop": [
                    {"TepDinhKemId": "1", "IsDeleted": "False", "DuongDanTaiTepTin": "x", "DuocSoHoa": "1"}
                ],
                "DanhSachLePhi": [
                    {"TenPhiLePhi": "p", "MaPhiLePhi": "1", "HinhThucThu": "1", "Gia": "1000.00"}
                ],
                "DanhSachHoSoBoSung": [
                    {"HoSoBoSungId": "1", "NgayBoSung": TIME, "NgayTiepNhanBoSung": TIME, "NgayHenTraMoi": ""}
                ],
                "DanhSachGiayToKetQua": [
                    {"GiayToId": "1", "DuongDanTepTinKetQua": "x", "MaGiayToKetQua": PLANTED[1]}
                ],
                "DSKetNoiCSDL": [{"MaCSDL": "CSDLDC"}],
                "DuocThanhToanTrucTuyen": "1",
                "TaiKhoanDuocXacThucVoiVNeID": "1",
            }
        ],
    },
]


def taken(raw: bytes, folder: Path) -> tuple[list[Accepted], list[Refused]]:
    """What a file with these bytes becomes; nothing personal may be in it."""
    file = folder / "input.json"
    file.write_bytes(raw)
    intake = Intake(datetime(2026, 10, 1, tzinfo=UTC), TechnicalIds(b"a key for tests only"), load_sources())
    accepted: list[Accepted] = []
    refused: list[Refused] = []
    for document in read_documents(file):
        for outcome in receive(document, intake):
            (refused if isinstance(outcome, Refused) else accepted).append(outcome)  # type: ignore[attr-defined]
    told = [
        says(*one.letter[:2], one.reason, one.field, one.position, *dict(one.letter.headers).values())
        for one in refused
    ]
    assert not leaks(says(*told, *intake.hazards.counts)), told
    return accepted, refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


CALL = odd_documents(CALLS)


@settings(max_examples=EXAMPLES, deadline=None)
@given(call=CALL)
def test_any_call_becomes_valid_events_and_dead_letters_and_nobody_is_in_them(folder, call):
    accepted, _ = taken(raw_json(call), folder)
    for one in accepted:
        for event in one.events:
            raw = encode(event)
            assert parse_event(raw)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    raw=damaged(CALL.map(raw_json)) | damaged(st.lists(CALL, max_size=3).map(raw_json)) | events_as_bytes()
)
def test_any_file_is_read_to_its_end(folder, raw):
    taken(raw, folder)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(
    call=odd_documents(CALLS, most=0),
    lines=st.lists(st.sampled_from(TOKENS) | VALUES.map(raw_json), max_size=4),
    at=st.integers(0, 4),
)
def test_bad_lines_around_a_good_one_do_not_touch_it(folder, call, lines, at):
    good = raw_json(call)
    alone, _ = taken(good, folder)
    clean = [line.replace(b"\n", b"").replace(b"\r", b"") for line in lines]
    clean[at:at] = [good]
    accepted, _ = taken(b"\n".join(clean), folder)
    for one in alone:
        assert one in accepted or len(clean) == 1
