"""Working days around August 2026, and moments in office hours; local time Asia/Ho_Chi_Minh."""

import csv
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from schemas.reference import CalendarRecord
from streams.core.calendar import WorkingCalendar
from streams.core.periods import LOCAL

FIRST_DAY = date(2026, 8, 1)
LAST_DAY = date(2026, 8, 31)
BEFORE = timedelta(days=28)
"""How long before the month carried-over dossiers were received."""
AFTER = timedelta(days=21)
OPENS = timedelta(hours=7, minutes=30)
CLOSES = timedelta(hours=17)


class Days(NamedTuple):
    """Working days, ascending."""

    before: tuple[date, ...]
    within: tuple[date, ...]
    after: tuple[date, ...]


@cache
def calendar_record() -> CalendarRecord:
    """Vietnam's days off and make-up days."""
    text = (files("schemas") / "calendar" / "vn-holidays.csv").read_text(encoding="utf-8")
    days: dict[str, list[date]] = {"off": [], "work": []}
    for row in csv.DictReader(text.splitlines()):
        days[row["kind"]].append(date.fromisoformat(row["date"]))
    return CalendarRecord(code="VN", version=1, off=tuple(days["off"]), make_up=tuple(days["work"]))


@cache
def days() -> Days:
    """The working days before, in and after the month."""
    record = calendar_record()
    calendar = WorkingCalendar(record.off, record.make_up)

    def between(first: date, last: date) -> tuple[date, ...]:
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in every if calendar.is_working_day(day))

    one = timedelta(days=1)
    return Days(
        between(FIRST_DAY - BEFORE, FIRST_DAY - one),
        between(FIRST_DAY, LAST_DAY),
        between(LAST_DAY + one, LAST_DAY + AFTER),
    )


def at(day: date, after_midnight: timedelta) -> datetime:
    """A moment of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + after_midnight
