"""Working time as an axis: day number 0, 1, 2 ... of the working days, and local clock times on them.

Times are epoch seconds UTC, made from local times (Asia/Ho_Chi_Minh, +07:00), to the second
as the national sync has them.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from streams.core.periods import LOCAL
from streams.scenarios.binh_duong.reference import working_calendar

FIRST = date(2023, 1, 1)
LAST = date(2024, 6, 30)
MINUTE = 60
HOUR = 3600
DAY = 86_400
OPENS = 7 * HOUR + 30 * MINUTE
LUNCH = 11 * HOUR + 30 * MINUTE
AFTER_LUNCH = 13 * HOUR + 30 * MINUTE
CLOSES = 16 * HOUR + 45 * MINUTE


def midnight(day: date) -> int:
    """Epoch second at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=LOCAL).timestamp())


def moment(day: str, clock: str = "00:00") -> int:
    """Epoch second of a local day and clock time, `2024-02-27`, `16:30`."""
    return int(datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=LOCAL).timestamp())


@cache
def _midnights() -> list[int]:
    calendar = working_calendar()
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [midnight(day) for day in days if calendar.is_working_day(day)]


def day_number(second: int) -> int:
    """Number of the last working day that began at or before `second`."""
    return bisect_right(_midnights(), second) - 1


def on_day(number: int, clock: int) -> int:
    """Epoch second at `clock` seconds after midnight of a working day."""
    return _midnights()[number] + clock


def clock_of(second: int) -> int:
    """Seconds after local midnight."""
    return (second - _midnights()[0]) % DAY


def office_clock(rng: Random) -> int:
    """A whole minute within office hours."""
    minutes = (LUNCH - OPENS + CLOSES - AFTER_LUNCH) // MINUTE
    clock = OPENS + rng.randrange(minutes) * MINUTE
    return clock if clock < LUNCH else clock - LUNCH + AFTER_LUNCH


def add_days(second: int, days: int) -> int:
    """The same clock time so many working days later."""
    return on_day(day_number(second) + days, clock_of(second))


def office_time(second: int) -> int:
    """`second` itself if offices are open then, else the last minute before at which they were."""
    number = day_number(second)
    clock = second - _midnights()[number]
    if clock < OPENS:
        return on_day(number - 1, CLOSES)
    if clock > CLOSES:
        return on_day(number, CLOSES)
    return on_day(number, LUNCH) if LUNCH < clock < AFTER_LUNCH else second


def between(rng: Random, earliest: int, latest: int) -> int:
    """A minute of office time from `earliest` to `latest`, both included (both lie in office time)."""
    if latest <= earliest:
        return earliest
    first, last = day_number(earliest), day_number(latest)
    number = rng.randint(first, last)
    clock = office_clock(rng)
    return min(max(on_day(number, clock), earliest), latest)


def instant(second: int) -> datetime:
    """The aware UTC time of an epoch second."""
    return datetime.fromtimestamp(second, UTC)
