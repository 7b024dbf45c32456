"""A record of CapNhatTienDoHoSoMC becomes one event, dated by the step."""

from dataclasses import replace

import pytest

PROGRESS = {"service": "CapNhatTienDoHoSoMC"}


def test_a_step_carries_its_status_and_its_stage(recorded, step):
    event = recorded(step, **PROGRESS)
    assert event.type == "dossier.progressed"
    assert event.occurred_at.isoformat() == "2026-10-09T08:00:00+07:00"
    assert (event.status, event.source_seq) == (4, 4)
    assert event.stage_id == "20261009080000"
    assert event.stage_started_at == event.occurred_at
    assert event.stage_due_at.isoformat() == "2026-10-10T17:00:00+07:00"


def test_steps_of_one_stage_share_its_id_and_a_step_without_stage_has_none(recorded, step):
    later = recorded({**step, "ThoiDiemXuLy": "20261010080000"}, **PROGRESS)
    assert later.stage_id == recorded(step, **PROGRESS).stage_id
    assert recorded({**step, "NgayBatDau": ""}, **PROGRESS).stage_id is None


def test_a_step_says_nothing_about_sync(adapt, step):
    (outcome,) = adapt(step, **PROGRESS)
    assert len(outcome.events) == 1


@pytest.mark.parametrize(
    ("division", "carried"), [("TU-PHAP", "TU-PHAP"), ("Phòng Tư pháp", None), ("079123456789", None)]
)
def test_a_division_is_carried_only_if_it_is_a_code(recorded, step, division, carried):
    assert recorded({**step, "PhongBanXuLy": division}, **PROGRESS).division_code == carried


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"MaHoSo": ""}, "missing", "MaHoSo"),
        ({"ThoiDiemXuLy": ""}, "no_business_time", "ThoiDiemXuLy"),
        ({"ThoiDiemXuLy": "20261009256000"}, "bad_time", "ThoiDiemXuLy"),
        ({"ThoiDiemXuLy": "20261021000000"}, "from_the_future", "ThoiDiemXuLy"),
        ({"TrangThai": "0"}, "unknown_code", "TrangThai"),
        ({"NgayBatDau": []}, "wrong_type", "NgayBatDau"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(refusal, step, change, reason, field):
    assert refusal({**step, **change}, **PROGRESS) == (reason, field)


def test_a_stage_deadline_before_its_start_is_left_out_and_reported(recorded, intake, step):
    assert recorded({**step, "NgayKetThucTheoQuyDinh": "20261009075959"}, **PROGRESS).stage_due_at is None
    assert intake.hazards.counts["stage_due_before_start", "NgayKetThucTheoQuyDinh"] == 1


def test_a_source_that_sends_nine_for_other_statuses_is_not_believed(recorded, intake, step):
    resolved = {**step, "TrangThai": "9"}
    assert recorded(resolved, **PROGRESS).status == 9
    vendor = replace(intake, source="connector-status-9")
    assert recorded(resolved, within=vendor, **PROGRESS).status is None
    assert intake.hazards.counts["distrusted_status", "TrangThai"] == 1


def test_an_unknown_field_of_a_step_is_reported(recorded, intake, step):
    recorded({**step, "GhiChu": "x"}, **PROGRESS)
    assert intake.hazards.counts["unknown_field", "GhiChu"] == 1
