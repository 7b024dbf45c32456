"""A record of DongBoHoSoMC becomes one event that carries all its fields, each with its own time."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from schemas.fast import decode, encode
from streams.intake.national import RecordRefusal

VIETNAM = timezone(timedelta(hours=7))


def at(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)


def test_every_field_of_the_record_is_carried_with_its_own_time(recorded, record):
    event = recorded(
        {
            **record,
            "NgayTra": "20261012143000",
            "HinhThuc": "1",
            "NoiNopHoSo": "3",
            "TrangThaiHoSo": "10",
            "HoSoCoThanhPhanSoHoa": "1",
            "TaiKhoanDuocXacThucVoiVNeID": "0",
            "DuocThanhToanTrucTuyen": "2",
            "DSKetNoiCSDL": [{"MaCSDL": "CSDLDC"}],
        }
    )
    assert event.type == "dossier.recorded"
    assert event.dossier_code == "H44.100-261008-0975"
    assert (event.unit_code, event.source, event.handling_unit) == ("H44", "H44", "H44.100")
    assert (event.procedure_code, event.channel, event.applicant_kind) == ("2.000815", 2, 1)
    assert event.submitted_at == at("2026-10-08 09:12:30")
    assert event.received_at == at("2026-10-08 14:00:00")
    assert event.due_at == at("2026-10-13 14:00:00")
    assert event.finished_at == at("2026-10-12 10:00:00")
    assert event.returned_at == at("2026-10-12 14:30:00")
    assert (event.status, event.return_form, event.submitted_from) == (10, 1, "3")
    assert (event.has_digitized_component, event.vneid_verified, event.online_payment) == (True, False, 2)
    assert event.databases == ("CSDLDC",)


def test_local_times_become_aware_times_seven_hours_ahead_of_utc(recorded, record):
    received = recorded(record).received_at
    assert received.utcoffset() == timedelta(hours=7)
    assert received.isoformat() == "2026-10-08T14:00:00+07:00"


def test_the_record_happened_at_its_newest_business_time_never_at_a_due_date(recorded, record):
    assert recorded(record).occurred_at == at("2026-10-12 10:00:00")
    waiting = {**record, "NgayKetThucXuLy": None, "TrangThaiHoSo": "4"}
    assert recorded(waiting).occurred_at == at("2026-10-08 14:00:00")
    supplemented = {
        **waiting,
        "DanhSachHoSoBoSung": [
            {"HoSoBoSungId": "1", "NgayBoSung": "20261009080000", "NgayTiepNhanBoSung": "20261011090000"}
        ],
    }
    assert recorded(supplemented).occurred_at == at("2026-10-11 09:00:00")


def test_the_status_orders_records_of_one_moment(recorded, record):
    assert recorded(record).source_seq == 9
    assert recorded({**record, "TrangThaiHoSo": ""}).source_seq == 0


@pytest.mark.parametrize(("text", "expected"), [("True", True), ("False", False), ("", False), (True, True)])
def test_is_updating_marks_the_record_as_an_update(recorded, record, text, expected):
    assert recorded(record, isUpdating=text).is_update is expected


def test_the_event_survives_the_wire(recorded, record):
    event = recorded(record)
    assert encode(decode(encode(event))) == encode(event)


def test_the_same_record_gives_the_same_event_whenever_it_is_read(adapt, intake, record):
    later = replace(intake, recorded_at=intake.recorded_at + timedelta(days=3))
    (first,), (second,) = adapt(record), adapt(record, within=later)
    assert [event.event_id for event in first.events] == [event.event_id for event in second.events]
    assert first.events[0].recorded_at != second.events[0].recorded_at
    (other,) = adapt({**record, "KenhThucHien": "1"})
    assert other.events[0].event_id != first.events[0].event_id


def test_the_order_of_lists_inside_a_record_does_not_matter(recorded, record):
    papers = [{"TepDinhKemId": str(i), "DuocSoHoa": i % 2} for i in range(4)]
    fees = [{"MaPhiLePhi": code, "Gia": 0} for code in ("B", "A")]
    one = recorded({**record, "TaiLieuNop": papers, "DanhSachLePhi": fees})
    other = recorded({**record, "TaiLieuNop": papers[::-1], "DanhSachLePhi": fees[::-1]})
    assert one.event_id == other.event_id


def test_a_known_source_name_replaces_the_unit_code(recorded, intake, record):
    event = recorded(record, within=replace(intake, source="mot-cua"))
    assert (event.source, event.unit_code) == ("mot-cua", "H44")


# ------------------------------------------------------------------ leniency


@pytest.mark.parametrize("value", [2, "2", 2.0, "2.0", " 2 "])
def test_numbers_come_as_numbers_or_texts(recorded, record, value):
    assert recorded({**record, "KenhThucHien": value}).channel == 2


@pytest.mark.parametrize("value", [20261008140000, " 20261008140000 "])
def test_times_come_as_numbers_or_padded_texts(recorded, record, value):
    assert recorded({**record, "NgayTiepNhan": value}).received_at == at("2026-10-08 14:00:00")


@pytest.mark.parametrize("value", ["", None, "  "])
def test_an_empty_text_is_null(recorded, record, value):
    event = recorded(
        {
            **record,
            "KenhThucHien": value,
            "LoaiDoiTuong": value,
            "NgayNopHoSo": value,
            "MaTTHC": value,
            "DonViXuLy": value,
            "HoSoCoThanhPhanSoHoa": value,
        }
    )
    assert (event.channel, event.applicant_kind, event.submitted_at) == (None, None, None)
    assert (event.procedure_code, event.handling_unit, event.has_digitized_component) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, True),
        ("1", True),
        (True, True),
        ("True", True),
        ("true", True),
        (0, False),
        ("0", False),
        ("False", False),
    ],
)
def test_truth_has_many_forms(recorded, record, value, expected):
    assert recorded({**record, "HoSoCoThanhPhanSoHoa": value}).has_digitized_component is expected


def test_a_date_that_stands_for_none_is_null_and_reported(recorded, intake, record):
    assert recorded({**record, "NgayTra": "00010101000000"}).returned_at is None
    assert intake.hazards.counts["empty_time", "NgayTra"] == 1


def test_a_source_may_count_kinds_of_applicants_from_zero(recorded, intake, record):
    ministry = replace(intake, source="ministry-012")
    assert recorded({**record, "LoaiDoiTuong": "0"}, within=ministry).applicant_kind == 1
    assert recorded({**record, "LoaiDoiTuong": 2}, within=ministry).applicant_kind == 3
    assert recorded({**record, "LoaiDoiTuong": "0"}).applicant_kind is None
    assert intake.hazards.counts["unknown_code", "LoaiDoiTuong"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DuocThanhToanTrucTuyen", "x"),
        ("HinhThuc", "7"),
        ("NoiNopHoSo", "Cổng Dịch vụ công quốc gia"),
        ("HoSoCoThanhPhanSoHoa", "maybe"),
    ],
)
def test_a_code_without_a_meaning_is_left_out_and_reported(recorded, intake, record, field, value):
    assert recorded({**record, field: value}).event_id == recorded({**record, field: None}).event_id
    assert intake.hazards.counts["unknown_code", field] == 1


def test_a_field_that_the_api_does_not_have_is_ignored_and_reported_without_its_value(
    recorded, intake, record
):
    odd = {
        **record,
        "MauSac": "xanh",
        "Nguyễn Văn A": 1,
        "TaiLieuNop": [{"TepDinhKemId": "1", "KichThuoc": 3}],
    }
    recorded(odd, phienBan="2")
    assert {field for kind, field in intake.hazards.counts if kind == "unknown_field"} == {
        "MauSac",
        "?",
        "TaiLieuNop.[].KichThuoc",
        "phienBan",
    }


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"MaHoSo": None}, "missing", "MaHoSo"),
        ({"MaHoSo": ""}, "missing", "MaHoSo"),
        ({"MaHoSo": ["x"]}, "wrong_type", "MaHoSo"),
        ({"MaHoSo": True}, "wrong_type", "MaHoSo"),
        ({"MaHoSo": "hồ sơ 1"}, "bad_code", "MaHoSo"),
        ({"MaHoSo": "x" * 65}, "bad_code", "MaHoSo"),
        ({"MaTTHC": "079123456789"}, "bad_code", "MaTTHC"),
        ({"MaTTHC": "2.000 815"}, "bad_code", "MaTTHC"),
        ({"NgayTiepNhan": "20240231083000"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": "2026-10-08"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": "20261008"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": "2026100814000"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": "99991231235959"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": "20261008246000"}, "bad_time", "NgayTiepNhan"),
        ({"NgayTiepNhan": {}}, "wrong_type", "NgayTiepNhan"),
        ({"NgayHenTra": "20261008135959"}, "due_before_received", "NgayHenTra"),
        ({"NgayTra": "20261020163600"}, "from_the_future", "NgayTra"),
        ({"TrangThaiHoSo": "11"}, "unknown_code", "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "x"}, "unknown_code", "TrangThaiHoSo"),
        ({"KenhThucHien": "4"}, "unknown_code", "KenhThucHien"),
        ({"TaiLieuNop": "x"}, "wrong_type", "TaiLieuNop"),
        ({"TaiLieuNop": ["x"]}, "wrong_type", "TaiLieuNop.0"),
        ({"TaiLieuNop": [{}, {"IsDeleted": []}]}, "wrong_type", "TaiLieuNop.1.IsDeleted"),
        ({"TaiLieuNop": [{"TepDinhKemId": str(i)} for i in range(201)]}, "too_many", "TaiLieuNop"),
        ({"DanhSachLePhi": [{"Gia": "-1"}]}, "bad_amount", "DanhSachLePhi.0.Gia"),
        ({"DanhSachLePhi": [{"Gia": "30.000"}]}, "bad_amount", "DanhSachLePhi.0.Gia"),
        ({"DanhSachLePhi": [{"Gia": True}]}, "wrong_type", "DanhSachLePhi.0.Gia"),
        (
            {"DanhSachHoSoBoSung": [{"NgayBoSung": "20261301000000"}]},
            "bad_time",
            "DanhSachHoSoBoSung.0.NgayBoSung",
        ),
        ({"DanhSachHoSoBoSung": [{"NgayBoSung": "20261101000000"}]}, "from_the_future", "DanhSachHoSoBoSung"),
        ({"NgayNopHoSo": "", "NgayTiepNhan": "", "NgayKetThucXuLy": ""}, "no_business_time", "NgayTiepNhan"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused_by_the_name_of_the_field(
    refusal, record, change, reason, field
):
    assert refusal({**record, **change}) == (reason, field)


def test_a_due_date_may_lie_in_the_future_and_a_clock_may_be_five_minutes_off(recorded, record):
    assert recorded({**record, "NgayHenTra": "20271231000000"}).due_at == at("2027-12-31 00:00:00")
    assert recorded({**record, "NgayTra": "20261020163500"}).returned_at == at("2026-10-20 16:35:00")


def test_one_bad_record_does_not_stop_the_others_of_its_call(adapt, record):
    bad = {**record, "NgayTiepNhan": "20240231083000"}
    outcomes = adapt(record, bad, "no object", record)
    assert [outcome.record for outcome in outcomes] == [1, 2, 3, 4]
    assert [isinstance(outcome, RecordRefusal) for outcome in outcomes] == [False, True, True, False]
    assert outcomes[2][:2] == ("wrong_type", "data.2")


# ------------------------------------------------------------------- hazards


def test_a_final_status_without_its_date_is_carried_and_reported(recorded, intake, record):
    assert recorded({**record, "NgayKetThucXuLy": "", "TrangThaiHoSo": "9"}).status == 9
    assert intake.hazards.counts["final_status_without_date", "TrangThaiHoSo"] == 1
    assert recorded(record).status == 9
    assert intake.hazards.counts["final_status_without_date", "TrangThaiHoSo"] == 1


def test_a_source_that_sends_nine_for_other_statuses_is_not_believed_without_a_date(recorded, intake, record):
    vendor = replace(intake, source="connector-status-9")
    assert recorded({**record, "NgayKetThucXuLy": ""}, within=vendor).status is None
    assert intake.hazards.counts["distrusted_status", "TrangThaiHoSo"] == 1
    assert recorded(record, within=vendor).status == 9


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("8f14e45f-ceea-4a2b-9b1c-1e3f5a7b9c0d", "odd_dossier_code"),
        ("H44.100-2610-1", "odd_dossier_code"),
        ("H15.50.05.13-261008-0975", "foreign_dossier_code"),
    ],
)
def test_an_invented_or_foreign_dossier_code_is_kept_and_reported_unless_the_source_is_known_for_it(
    recorded, refusal, intake, record, code, kind
):
    assert recorded({**record, "MaHoSo": code}).dossier_code == code
    assert intake.hazards.counts[kind, "MaHoSo"] == 1
    vendor = replace(intake, source="connector-status-9")
    assert refusal({**record, "MaHoSo": code}, within=vendor) == ("odd_code", "MaHoSo")


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("H44", "H44.100-261008-0975"),
        ("H44.100", "H44-261008-0975"),
        ("000.00.05.H44", "H44.100-261008-0975"),
        ("H44", "000.00.05.H44-261008-0975"),
        ("H44", "H44.100-261008-181234"),
        ("H44", "H44.100-261008-1812345"),
    ],
)
def test_codes_of_the_callers_province_or_of_a_ministrys_portal_are_not_odd(
    recorded, intake, record, unit, code
):
    recorded({**record, "MaHoSo": code}, madonvi=unit)
    assert not intake.hazards.counts


# ---------------------------------------------------------------------- sync


def test_a_call_is_assumed_to_have_reached_the_portal_when_the_dossier_was_received(adapt, record):
    (outcome,) = adapt(record)
    synced = outcome.events[1]
    assert (synced.type, synced.accepted, synced.direction) == ("dossier.synced", True, "to_portal")
    assert synced.synced_at == at("2026-10-08 14:00:00")
    assert synced.target_status == 9


@pytest.mark.parametrize(("answer", "accepted"), [("00", True), (0, True), ("12", False)])
def test_the_portals_answer_counts_if_the_body_has_it(adapt, record, answer, accepted):
    (outcome,) = adapt(record, error_code=answer)
    assert outcome.events[1].accepted is accepted
    assert outcome.events[1].error_code == str(answer)


def test_a_source_whose_silence_means_nothing_says_nothing_about_sync(adapt, intake, record):
    profile = intake.sources.default.model_copy(update={"sync": "unknown"})
    careful = replace(intake, sources=intake.sources.model_copy(update={"default": profile}))
    (outcome,) = adapt(record, within=careful)
    assert [event.type for event in outcome.events] == ["dossier.recorded"]
