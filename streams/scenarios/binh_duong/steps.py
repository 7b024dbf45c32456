"""The story cut into steps: batches of events, ticks at the end of local days, checkpoints."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from schemas.events import Event
from streams.core.periods import LOCAL
from streams.scenarios.base import Checkpoint, Send, Step, Tick
from streams.scenarios.binh_duong.native import Told
from streams.scenarios.binh_duong.reference import working_calendar

BATCH = 2000
QUARTER, YEAR = "2024-Q1", "2023"
END_OF_2023 = date(2023, 12, 31)
PUBLISHED = date(2024, 4, 4)
RECOMPUTED = date(2024, 4, 10)
FEBRUARY_AGAIN = date(2024, 3, 8)
TICKS_OF_A_MONTH = (10, 20)
"""Ticks of 2023 beside the ends of months; in 2024 every working day ends with one."""


def end_of(day: date) -> datetime:
    """The last second of a local day."""
    return datetime.combine(day, time(23, 59, 59), LOCAL)


def tick_days() -> list[date]:
    """The days that end with a tick, ascending."""
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range((RECOMPUTED - date(2023, 1, 1)).days + 1)]
    return [day for day in days if _ends_with_a_tick(day)]


def _ends_with_a_tick(day: date) -> bool:
    if (day + timedelta(days=1)).month != day.month:
        return True
    if day.year == END_OF_2023.year:
        return day.day in TICKS_OF_A_MONTH
    return working_calendar().is_working_day(day)


def checkpoints(day: date) -> Iterator[Checkpoint]:
    """What is read when a day has ended; the published ranking once more at the end, as it was stored."""
    at = end_of(day)
    if day == END_OF_2023:
        yield Checkpoint("end-of-2023", at, YEAR)
    if day in (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)):
        yield Checkpoint(f"end-of-{day:%Y-%m}", at, f"{day:%Y-%m}")
    if day == FEBRUARY_AGAIN:
        yield Checkpoint("february-again", at, "2024-02")
    if day == PUBLISHED:
        yield Checkpoint("published", at, QUARTER)
    if day == RECOMPUTED:
        yield Checkpoint("recomputed", at, QUARTER)
        yield Checkpoint("published-kept", at, QUARTER, stored_at=end_of(PUBLISHED))


def cut(deliveries: Iterator[Told]) -> Iterator[Step]:
    """Steps of the story; what would reach us after the last tick is left out."""
    days = iter(tick_days())
    day = next(days)
    boundary = end_of(day).timestamp()
    batch: list[Event] = []
    for reached, event in deliveries:
        while reached > boundary:
            yield from _flush(batch)
            yield from _tick(day)
            batch = []
            if day == RECOMPUTED:
                return
            day = next(days)
            boundary = end_of(day).timestamp()
        batch.append(event)
        if len(batch) == BATCH:
            yield Send(batch)
            batch = []


def _flush(batch: list[Event]) -> Iterator[Step]:
    if batch:
        yield Send(batch)


def _tick(day: date) -> Iterator[Step]:
    yield Tick(end_of(day), last=day == RECOMPUTED)
    yield from checkpoints(day)
