"""Intake as a whole: no memory, no order, nothing personal on the other side of the door."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fast import encode
from schemas.sources import load_sources
from streams.core.dossier import encode as encode_state
from streams.core.dossier import merge, new_dossier
from streams.intake.context import Intake
from streams.intake.documents import SourceDocument
from streams.intake.reception import Accepted, Refused, receive
from streams.intake.technical_ids import TechnicalIds

SECRETS = ["Nguyễn Thị Bí Mật", "079301009876", "0987001122", "bimat@example.invalid", "12 ngõ Kín, Việt Trì"]
SECRET = st.sampled_from(SECRETS)
TIME = st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 30)).map(  # noqa: DTZ001 - local, as in the API
    lambda moment: moment.strftime("%Y%m%d%H%M%S")
)
MAYBE_TIME = st.none() | st.just("") | TIME
FLAG = st.sampled_from([0, 1, "0", "1", "True", "False", "", None])
NAME = SECRET | st.just("don.pdf")

PERSONAL = {
    "ChuHoSo": SECRET,
    "SoGiayToChuHoSo": SECRET,
    "MaDoiTuong": SECRET,
    "DinhDanhCHS": st.lists(
        st.fixed_dictionaries({"LoaiDinhDanh": st.just("1"), "SoDinhDanh": SECRET}), max_size=2
    ),
    "Email": SECRET,
    "SoDienThoai": SECRET,
    "ThongTinKhac": SECRET,
    "TrichYeuHoSo": SECRET,
    "ThongTinTra": SECRET,
    "GhiChu": SECRET,
    "TenTTHC": SECRET,
    "DanhSachTepDinhKemKhac": st.lists(st.fixed_dictionaries({"TenGiayTo": SECRET}), max_size=1),
}
PAPERS = st.lists(
    st.fixed_dictionaries(
        {
            "TepDinhKemId": st.sampled_from(["1", "2", "", None]) | SECRET,
            "TenTepDinhKem": NAME,
            "IsDeleted": FLAG,
            "DuongDanTaiTepTin": NAME,
            "DuocSoHoa": FLAG,
        }
    ),
    max_size=3,
)
ROUNDS = st.lists(
    st.fixed_dictionaries(
        {
            "HoSoBoSungId": st.sampled_from(["1", "2"]),
            "NguoiYeuCauBoSung": SECRET,
            "NoiDungBoSung": SECRET,
            "NgayBoSung": MAYBE_TIME,
            "NgayTiepNhanBoSung": MAYBE_TIME,
            "NgayHenTraMoi": MAYBE_TIME,
        }
    ),
    max_size=2,
)
RECORD = st.fixed_dictionaries(
    {
        "MaHoSo": st.just("H44.100-260801-0001"),
        "KenhThucHien": st.sampled_from(["1", 2, None]),
        "LoaiDoiTuong": st.sampled_from(["1", None]) | SECRET,
        "NgayNopHoSo": MAYBE_TIME,
        "NgayTiepNhan": MAYBE_TIME,
        "NgayHenTra": MAYBE_TIME,
        "NgayKetThucXuLy": MAYBE_TIME,
        "NgayTra": MAYBE_TIME,
        "TrangThaiHoSo": st.sampled_from(["2", "4", "9", 10, None]),
        "DonViXuLy": st.sampled_from(["H44.100", "", None]) | SECRET,
        "NoiNopHoSo": st.sampled_from(["1", None]) | SECRET,
        "HoSoCoThanhPhanSoHoa": FLAG | SECRET,
        "DSKetNoiCSDL": st.lists(st.fixed_dictionaries({"MaCSDL": st.just("CSDLDC") | SECRET}), max_size=2),
        "TaiLieuNop": PAPERS,
        "DanhSachHoSoBoSung": ROUNDS,
        **PERSONAL,
    },
    optional={"Ten Nguoi Nop": SECRET, "079301009876": st.just(1)},
)
STEP = st.fixed_dictionaries(
    {
        "MaHoSo": st.just("H44.100-260801-0001"),
        "NguoiXuLy": SECRET,
        "ChucDanh": SECRET,
        "PhongBanXuLy": SECRET,
        "NoiDungXuLy": SECRET,
        "ThoiDiemXuLy": MAYBE_TIME,
        "TrangThai": st.sampled_from(["2", "4", "9", None]),
        "NgayBatDau": MAYBE_TIME,
        "NgayKetThucTheoQuyDinh": MAYBE_TIME,
    }
)
CALLS = st.one_of(
    st.tuples(st.just("DongBoHoSoMC"), RECORD, st.sampled_from(["True", "False"])),
    st.tuples(st.just("CapNhatTienDoHoSoMC"), STEP, st.just("False")),
)


def new_intake(days=0):
    now = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=days)
    return Intake(recorded_at=now, ids=TechnicalIds(b"a key for tests only"), sources=load_sources())


def received(call, intake):
    service, record, is_updating = call
    body = {
        "madonvi": "H44",
        "session": SECRETS[0],
        "service": service,
        "isUpdating": is_updating,
        "data": [record],
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    return list(receive(SourceDocument("calls.json", 1, None, raw, body), intake))


def state_of(calls, intake):
    state = new_dossier("H44.100-260801-0001")
    for call in calls:
        for outcome in received(call, intake):
            for event in getattr(outcome, "events", ()):
                merge(state, event)
    return encode_state(state)


@settings(max_examples=200, deadline=None)
@given(CALLS)
def test_the_same_call_gives_the_same_events_whenever_it_is_read(call):
    def told(days):
        outcomes = received(call, new_intake(days))
        return [
            [event.event_id for event in outcome.events] if isinstance(outcome, Accepted) else outcome[:3]
            for outcome in outcomes
        ]

    assert told(0) == told(5)


@settings(max_examples=150, deadline=None)
@given(st.lists(CALLS, min_size=1, max_size=6), st.data())
def test_calls_about_one_dossier_in_any_order_and_repeated_give_the_same_state(calls, data):
    shuffled = data.draw(st.permutations(calls + data.draw(st.lists(st.sampled_from(calls), max_size=3))))
    assert state_of(shuffled, new_intake(days=2)) == state_of(calls, new_intake())


@settings(max_examples=400, deadline=None)
@given(CALLS)
def test_nothing_personal_passes_into_an_event_a_dead_letter_or_the_report(call):
    intake = new_intake()
    passed = []
    for outcome in received(call, intake):
        if isinstance(outcome, Refused):
            letter = outcome.letter
            passed += [letter.key, letter.value, *(text for _, text in letter.headers)]
            passed.append(f"{outcome.reason} {outcome.field} {outcome.position}".encode())
        else:
            passed += [encode(event) for event in outcome.events]
    passed += [f"{kind} {field}".encode() for kind, field in intake.hazards.counts]
    everything = b"\n".join(passed).decode()
    for secret in SECRETS:
        assert secret not in everything
        assert json.dumps(secret)[1:-1] not in everything
