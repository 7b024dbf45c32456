"""What alerts say: every kind and change in both languages, with nothing left unfilled."""

from typing import get_args

import pytest

from schemas.alert_wire import Alert
from schemas.alerts import AlertChange, AlertKind
from streams.core.alert_texts import alert_text, local_time, working_span

FIGURES = {
    "minutes_late": 1650,
    "minutes_silent": 95,
    "ratio": 8125,
    "threshold": 9500,
    "points": 7460,
    "points_before": 8010,
    "fell": 550,
    "grade": 2,
    "grade_before": 1,
    "rank": 7,
    "rank_before": 3,
    "places": 4,
}
DUE = 1709892000000  # 17:00 on 8 March 2024


def alert(kind, change="raised", **fields):
    given = {
        "alert_id": "0" * 32,
        "seq": 1,
        "severity": "warning",
        "unit_code": "H44.100",
        "told_units": ("H44.100",),
        "level": 0,
        "dossier_code": "H44.100-240304-0001",
        "petition_code": "PA-7",
        "stage_id": "tham-dinh",
        "subject": "answer",
        "due_at": DUE,
        "raised_at": DUE,
        "changed_at": DUE,
        "ring_at": DUE,
        "as_of": DUE,
        "figures": FIGURES,
    }
    return Alert(kind=kind, change=change, **{**given, **fields})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", get_args(AlertKind))
def test_every_kind_says_what_it_is_and_what_to_do(kind, language):
    text = alert_text(alert(kind), "Phường Việt Trì", language)
    for part in text:
        assert part
        assert "{" not in part
        assert " -" not in part, "a value is missing"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("change", get_args(AlertChange))
def test_a_change_other_than_the_first_is_named_in_the_title(change, language):
    first = alert_text(alert("dossier_late"), None, language).title
    other = alert_text(alert("dossier_late", change, until=DUE, by="van-phong"), None, language).title
    assert (other == first) == (change == "raised")
    assert other.endswith(first)


def test_a_late_dossier_is_told_with_its_unit_its_date_and_its_lateness():
    text = alert_text(alert("dossier_late"), "Phường Việt Trì")
    assert text.title == "Hồ sơ H44.100-240304-0001 trễ hạn"
    assert "Phường Việt Trì" in text.explanation
    assert "17:00 08/03/2024" in text.explanation
    assert "3 ngày 3 giờ" in text.explanation


def test_the_day_before_the_date_says_that_the_apology_must_go_today():
    assert "phiếu xin lỗi" in alert_text(alert("dossier_due_tomorrow")).what_to_do
    assert "TODAY" in alert_text(alert("dossier_due_tomorrow"), language="en").what_to_do


def test_a_computed_deadline_is_said_to_be_one():
    assert "nguồn không gửi" in alert_text(alert("dossier_late", computed=True)).explanation


def test_who_has_taken_it_and_until_when_it_rests_is_told():
    text = alert_text(alert("dossier_late", "snoozed", until=DUE, by="van-phong"))
    assert "van-phong tạm hoãn đến 17:00 08/03/2024" in text.explanation


def test_what_is_resolved_needs_nothing_more():
    assert alert_text(alert("dossier_late", "resolved")).what_to_do == "Không cần làm gì thêm."


def test_a_unit_without_a_name_is_shown_by_its_code():
    assert "H44.100" in alert_text(alert("on_time_low")).title
    assert "81.25%" in alert_text(alert("on_time_low")).title


def test_grades_are_named_from_the_best_to_the_weakest():
    assert "từ Tốt xuống Khá" in alert_text(alert("grade_lost")).title


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "0 phút"), (59, "59 phút"), (95, "1 giờ 35 phút"), (480, "1 ngày"), (1650, "3 ngày 3 giờ")],
)
def test_working_time_is_shown_in_days_of_eight_hours(minutes, shown):
    assert working_span(minutes) == shown


def test_times_are_local():
    assert local_time(1711904399000) == "23:59 31/03/2024"
    assert local_time(None) == "-"
