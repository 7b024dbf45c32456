"""The lists inside a record: papers, fees, supplements, results, databases."""

from dataclasses import replace

import pytest

from schemas.events.component import Component
from schemas.events.payment import Fee
from schemas.events.result import Result
from streams.intake.technical_ids import NoHashKeyError, TechnicalIds


def test_a_paper_becomes_a_component_known_by_its_file(recorded, record):
    paper = {
        "TepDinhKemId": "77",
        "TenTepDinhKem": "don.pdf",
        "IsDeleted": "False",
        "MaThanhPhanHoSo": "TP-1",
        "DuongDanTaiTepTin": "https://example.invalid/77",
        "DuocSoHoa": "1",
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": 1,
        "MaKetQuaThayThe": "",
    }
    assert recorded({**record, "TaiLieuNop": [paper]}).components == (
        Component(component_id="77", has_file=True, digitized=True, from_personal_store=True),
    )


def test_a_deleted_paper_says_so_and_a_paper_without_address_has_no_file(recorded, record):
    (component,) = recorded({**record, "TaiLieuNop": [{"TepDinhKemId": "1", "IsDeleted": "True"}]}).components
    assert component.deleted
    assert not component.has_file


@pytest.mark.parametrize("nothing", ["0", 0, "", None])
def test_a_paper_without_a_file_id_is_known_by_its_component(recorded, record, nothing):
    paper = {"TepDinhKemId": nothing, "MaThanhPhanHoSo": "TP-1"}
    assert recorded({**record, "TaiLieuNop": [paper]}).components[0].component_id == "TP-1"


def test_a_paper_with_only_a_name_is_known_by_a_keyed_hash_of_it(recorded, record):
    (named,) = recorded({**record, "TaiLieuNop": [{"TenTepDinhKem": "Đơn của Nguyễn Văn A.pdf"}]}).components
    (again,) = recorded({**record, "TaiLieuNop": [{"TenTepDinhKem": "Đơn của Nguyễn Văn A.pdf"}]}).components
    (other,) = recorded({**record, "TaiLieuNop": [{"TenTepDinhKem": "Đơn của Trần Thị B.pdf"}]}).components
    assert named.component_id == again.component_id != other.component_id
    assert named.component_id.startswith("h-")
    (nameless,) = recorded({**record, "TaiLieuNop": [{"DuocSoHoa": 1}]}).components
    assert nameless == Component(component_id="unnamed", digitized=True)


def test_what_is_said_twice_of_one_paper_counts_if_it_was_said_once(recorded, record):
    twice = [
        {"TepDinhKemId": "1", "IsDeleted": 1, "DuocSoHoa": 1},
        {"TepDinhKemId": "1", "DuongDanTaiTepTin": "x", "DuocTaiSuDung": 1},
    ]
    assert recorded({**record, "TaiLieuNop": twice}).components == (
        Component(component_id="1", has_file=True, digitized=True, reused=True),
    )


def test_fees_keep_their_amounts_and_unknown_steps_are_left_out(recorded, intake, record):
    lines = [
        {"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "LP", "HinhThucThu": "1", "Gia": "30000", "LoaiPhiLePhi": 1},
        {"MaPhiLePhi": "LP2", "HinhThucThu": "3", "Gia": "0.00"},
        {"MaPhiLePhi": "LP3", "HinhThucThu": 9, "Gia": None},
    ]
    assert recorded({**record, "DanhSachLePhi": lines}).fees == (
        Fee(code="LP", amount=30000, collected_at_step=1),
        Fee(code="LP2", amount=0),
        Fee(code="LP3", amount=0),
    )
    assert intake.hazards.counts["unknown_code", "DanhSachLePhi.[].HinhThucThu"] == 2


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("", None), ([], ())])
def test_an_empty_list_of_fees_is_not_the_same_as_none(recorded, record, given, expected):
    assert recorded({**record, "DanhSachLePhi": given}).fees == expected


def test_a_single_object_counts_as_a_list_of_one(recorded, record):
    assert recorded({**record, "DSKetNoiCSDL": {"MaCSDL": "CSDLDC"}}).databases == ("CSDLDC",)


def test_a_round_of_supplement_carries_both_due_dates(recorded, record):
    entry = {
        "HoSoBoSungId": 5,
        "NguoiYeuCauBoSung": "Nguyễn Văn A",
        "NgayBoSung": "20261009080000",
        "NgayTiepNhanBoSung": "20261010090000",
        "NgayHenTraTruoc": "20261013140000",
        "NgayHenTraMoi": "20261015140000",
    }
    (round_,) = recorded({**record, "DanhSachHoSoBoSung": [entry]}).supplements
    assert round_.round_id == "5"
    assert round_.requested_at.isoformat() == "2026-10-09T08:00:00+07:00"
    assert round_.completed_at.isoformat() == "2026-10-10T09:00:00+07:00"
    assert round_.due_before.isoformat() == "2026-10-13T14:00:00+07:00"
    assert round_.due_after.isoformat() == "2026-10-15T14:00:00+07:00"


def test_a_round_without_an_id_is_known_by_the_moment_of_its_request(recorded, record):
    (round_,) = recorded({**record, "DanhSachHoSoBoSung": [{"NgayBoSung": "20261009080000"}]}).supplements
    assert (round_.round_id, round_.completed_at) == ("20261009080000", None)


def test_odd_rounds_are_reported(recorded, intake, record):
    rounds = [
        {"HoSoBoSungId": "1", "NgayTiepNhanBoSung": "20261010090000"},
        {"HoSoBoSungId": "2", "NgayBoSung": "20261011080000", "NgayTiepNhanBoSung": "20261010090000"},
    ]
    (kept,) = recorded({**record, "DanhSachHoSoBoSung": rounds}).supplements
    assert kept.round_id == "2"
    assert intake.hazards.counts["supplement_without_request", "DanhSachHoSoBoSung.[].NgayBoSung"] == 1
    place = "DanhSachHoSoBoSung.[].NgayTiepNhanBoSung"
    assert intake.hazards.counts["supplement_completed_before_request", place] == 1


def test_an_electronic_result_has_a_file_if_any_entry_has_an_address(recorded, record):
    papers = [
        {"MaGiayToKetQua": "KQ-1"},
        {"MaGiayToKetQua": "KQ-1", "DuongDanTepTinKetQua": "https://example.invalid/1"},
        {"GiayToId": "9", "TenGiayTo": "Giấy chứng nhận"},
    ]
    assert recorded({**record, "DanhSachGiayToKetQua": papers}).results == (
        Result(result_id="9"),
        Result(result_id="KQ-1", has_file=True),
    )


def test_an_id_that_could_be_a_persons_number_is_hashed(recorded, intake, record):
    event = recorded({**record, "TaiLieuNop": [{"TepDinhKemId": "079123456789"}]})
    assert event.components[0].component_id.startswith("h-")
    assert intake.hazards.counts["hashed_id", "TaiLieuNop.[].TepDinhKemId"] == 1


def test_without_a_key_nothing_is_hashed():
    ids = TechnicalIds(None)
    assert ids.carry("TP-1") == ("TP-1", False)
    with pytest.raises(NoHashKeyError):
        ids.carry("079123456789")


def test_without_a_key_a_record_that_needs_one_is_refused_by_the_field(refusal, recorded, intake, record):
    keyless = replace(intake, ids=TechnicalIds(None))
    needs = {"TaiLieuNop": [{"TepDinhKemId": "079123456789"}]}
    assert refusal({**record, **needs}, within=keyless) == ("no_hash_key", "TaiLieuNop.0.TepDinhKemId")
    needs = {"TaiLieuNop": [{"TenTepDinhKem": "don.pdf"}]}
    assert refusal({**record, **needs}, within=keyless) == ("no_hash_key", "TaiLieuNop.0.TepDinhKemId")
    assert recorded(record, within=keyless).dossier_code == record["MaHoSo"]


@pytest.mark.parametrize(
    "text",
    [
        "079123456789",
        "123456789",
        "0912345678",
        "84912345678",
        "0912.345.678",
        "079-123-456-789",
        "Đơn",
        "a b",
        "x" * 65,
    ],
)
def test_the_hash_is_stable_tells_apart_and_depends_on_the_key(text):
    one, is_hash = TechnicalIds(b"k" * 16).carry(text)
    assert is_hash
    assert one == TechnicalIds(b"k" * 16).carry(text)[0]
    assert one != TechnicalIds(b"l" * 16).carry(text)[0]
    assert one != TechnicalIds(b"k" * 16).hashed(text + "x")
    assert text not in one


@pytest.mark.parametrize(
    "text", ["1", "12345678", "1234567890123", "TP-1", "8f14e45f-ceea-4a2b", "H44.100-261008-0975"]
)
def test_plain_codes_are_carried_as_they_are(text):
    assert TechnicalIds(None).carry(text) == (text, False)
