"""Working days: worked examples of dossier-events.md section 5, and the working hours of a vendor's deadline rule."""

import csv
from datetime import date, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.calendar import WorkingCalendar
from streams.core.periods import LOCAL, moment


def holidays() -> tuple[list[date], list[date]]:
    """Days off and make-up days."""
    text = (files("schemas") / "calendar" / "vn-holidays.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return (
        [date.fromisoformat(row["date"]) for row in rows if row["kind"] == "off"],
        [date.fromisoformat(row["date"]) for row in rows if row["kind"] == "work"],
    )


def vietnam() -> WorkingCalendar:
    return WorkingCalendar(*holidays())


def at(text: str) -> int:
    return moment(datetime.fromisoformat(text).replace(tzinfo=LOCAL))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2024-02-07", 5, "2024-02-21"),
        ("2024-03-29", 3, "2024-04-03"),
        ("2024-01-02", 15, "2024-01-23"),
        ("2024-04-26", 3, "2024-05-04"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2026-08-28", 2, "2026-09-04"),
    ],
)
def test_working_days_are_added_from_the_next_working_day_and_keep_the_hour(start, days, due):
    assert vietnam().add_working_days(at(f"{start}T09:41:07"), days) == at(f"{due}T09:41:07")


def test_without_make_up_days_the_swapped_monday_moves_the_due_date_to_monday():
    calendar = WorkingCalendar([date(2024, 4, 29), date(2024, 4, 30), date(2024, 5, 1)])
    assert calendar.add_working_days(at("2024-04-26T09:00"), 3) == at("2024-05-06T09:00")


def test_the_first_quarter_of_2024_has_59_working_days():
    assert vietnam().working_days(date(2024, 1, 1), date(2024, 3, 31)) == 59


@pytest.mark.parametrize("days", [0, 1, 5, 23])
def test_the_days_between_a_moment_and_its_due_date_are_the_days_that_were_added(days):
    calendar, start = vietnam(), at("2024-02-06T16:00")
    assert calendar.working_days_between(start, calendar.add_working_days(start, days)) == days


def test_a_make_up_saturday_is_worked_and_the_day_it_replaces_is_not():
    calendar = vietnam()
    assert calendar.is_working_day(date(2024, 5, 4))
    assert not calendar.is_working_day(date(2024, 4, 29))
    assert not calendar.is_working_day(date(2024, 5, 11))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-03-04T08:00", "2024-03-07T08:00"),
        ("2024-03-07T08:00", "2024-03-11T08:00"),  # Sunday 10 March rolls to Monday
    ],
)
def test_a_limit_in_days_counts_every_day_and_rolls_off_a_day_off(start, due):
    assert vietnam().add_days(at(start), 3) == at(due)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2024-01-31T08:00", 1, "2024-02-29T08:00"),
        ("2024-03-15T08:00", 3, "2024-06-17T08:00"),  # 15 June 2024 is a Saturday
        ("2024-12-20T08:00", 1, "2025-01-20T08:00"),
    ],
)
def test_a_limit_in_months_keeps_the_day_or_takes_the_last_one(start, months, due):
    assert vietnam().add_months(at(start), months) == at(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2024-03-04T08:00", 2, "2024-03-04T10:00"),
        ("2024-03-04T10:30", 2, "2024-03-04T14:30"),
        ("2024-03-04T12:00", 1, "2024-03-04T14:30"),
        ("2024-03-04T05:00", 8, "2024-03-04T17:00"),
        ("2024-03-04T17:30", 1, "2024-03-05T08:00"),
        ("2024-03-08T16:00", 8, "2024-03-11T16:00"),
    ],
)
def test_a_limit_in_hours_runs_only_in_working_hours(start, hours, due):
    assert vietnam().add_working_hours(at(start), hours) == at(due)


def test_a_day_begins_at_local_midnight_not_at_midnight_utc():
    late, early = at("2024-03-08T23:59"), at("2024-03-09T00:01")
    assert vietnam().add_working_days(late, 1) == at("2024-03-11T23:59")
    assert vietnam().add_working_days(early, 1) == at("2024-03-11T00:01")
    assert vietnam().working_days_between(late, early) == 0


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-03-04T08:00", "2024-03-04T17:00", 7),
        ("2024-03-04T11:45", "2024-03-04T13:00", 0),
        ("2024-03-04T16:00", "2024-03-05T08:00", 2),
        ("2024-02-07T16:00", "2024-02-15T08:00", 2),
        ("2024-03-08T17:00", "2024-03-11T07:00", 0),
        ("2024-04-26T07:00", "2024-05-06T07:00", 8 + 8 + 8 + 8),
        ("2024-03-05T08:00", "2024-03-04T08:00", 0),
    ],
)
def test_working_time_leaves_out_nights_lunch_weekends_and_holidays(start, end, hours):
    assert vietnam().working_time(at(start), at(end)) == hours * 3_600_000


@given(
    st.integers(at("2024-01-25T00:00"), at("2024-02-20T00:00")),
    st.integers(1, 30 * 8 * 3_600_000),
)
def test_working_time_added_is_the_working_time_between(start, length):
    calendar = vietnam()
    assert calendar.working_time(start, calendar.add_working_time(start, length)) == length


@pytest.mark.parametrize(
    ("moment_", "rings"),
    [
        ("2024-03-04T09:00", "2024-03-04T09:00"),
        ("2024-03-04T06:10", "2024-03-04T07:00"),
        ("2024-03-04T12:00", "2024-03-04T13:30"),
        ("2024-03-04T17:00", "2024-03-05T07:00"),
        ("2024-02-07T20:00", "2024-02-15T07:00"),
        ("2024-05-03T23:59", "2024-05-04T07:00"),
    ],
)
def test_outside_working_hours_the_next_ones_are_waited_for(moment_, rings):
    assert vietnam().next_working_moment(at(moment_)) == at(rings)


@pytest.mark.parametrize(
    ("moment_", "opened"),
    [
        ("2024-03-04T17:00", "2024-03-04T07:00"),
        ("2024-03-04T06:59", "2024-03-01T07:00"),
        ("2024-02-12T10:00", "2024-02-07T07:00"),
        ("2024-05-04T10:00", "2024-05-04T07:00"),
    ],
)
def test_the_last_working_day_up_to_a_moment_began_at_seven(moment_, opened):
    assert vietnam().opening(at(moment_)) == at(opened)
