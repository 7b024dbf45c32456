"""Periods of the index: months, quarters, years and rolling windows of whole local days (Asia/Ho_Chi_Minh).

Bounds are epoch milliseconds UTC, half open: `start <= t < end`. The key of a period sorts and reads naturally:
`2024-03`, `2024-Q1`, `2024`, `R7@2024-03-31` (the seven days that end on 31 March), `R30@2024-03-31`.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

LOCAL: Final = timezone(timedelta(hours=7))
LOCAL_OFFSET_MS: Final = 7 * 3600 * 1000
DAY_MS: Final = 86_400_000
ROLLING: Final = {"R7": 7, "R30": 30}

MONTH, QUARTER, YEAR = "month", "quarter", "year"

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"(\d{4})")
_ROLLING = re.compile(r"(R7|R30)@(\d{4}-\d{2}-\d{2})")
_QUARTER_MONTHS = 3
_MONTHS = 12


class Period(NamedTuple):
    """One period: its key, its kind (month, quarter, year, R7, R30) and its bounds."""

    key: str
    kind: str
    start: int
    end: int

    def cutoff(self, as_of: int) -> int:
        """Return T, the moment at which the period is evaluated: its last millisecond, or `as_of` while it runs."""
        return min(self.end - 1, as_of)


def local_day(ms: int) -> int:
    """Return the number of the local day of a moment, counted from 1970-01-01."""
    return (ms + LOCAL_OFFSET_MS) // DAY_MS


def day_start(day: int) -> int:
    """Return the first millisecond of a local day number."""
    return day * DAY_MS - LOCAL_OFFSET_MS


def day_of(value: date) -> int:
    """Return the local day number of a date."""
    return value.toordinal() - date(1970, 1, 1).toordinal()


def date_of(day: int) -> date:
    """Return the date of a local day number."""
    return date.fromordinal(day + date(1970, 1, 1).toordinal())


def moment(value: datetime) -> int:
    """Return the epoch milliseconds of an aware datetime, exactly (floored)."""
    return int((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


def _bounded(key: str, kind: str, first: date, after: date) -> Period:
    return Period(key, kind, day_start(day_of(first)), day_start(day_of(after)))


def _plus_months(year: int, month: int, count: int) -> date:
    index = year * _MONTHS + month - 1 + count
    return date(index // _MONTHS, index % _MONTHS + 1, 1)


@lru_cache(maxsize=4096)
def parse_period(key: str) -> Period:
    """Return the period of a key; raises `ValueError` that says how keys look."""
    try:
        if match := _MONTH.fullmatch(key):
            year, month = int(match[1]), int(match[2])
            return _bounded(key, MONTH, date(year, month, 1), _plus_months(year, month, 1))
        if match := _QUARTER.fullmatch(key):
            year, month = int(match[1]), (int(match[2]) - 1) * _QUARTER_MONTHS + 1
            return _bounded(key, QUARTER, date(year, month, 1), _plus_months(year, month, _QUARTER_MONTHS))
        if match := _YEAR.fullmatch(key):
            return _bounded(key, YEAR, date(int(key), 1, 1), date(int(key) + 1, 1, 1))
        if match := _ROLLING.fullmatch(key):
            last = date.fromisoformat(match[2])
            first = last - timedelta(days=ROLLING[match[1]] - 1)
            return _bounded(key, match[1], first, last + timedelta(days=1))
    except ValueError:
        pass
    raise ValueError(f"not a period: {key!r} (use 2024-03, 2024-Q1, 2024, R7@2024-03-31 or R30@2024-03-31)")


def calendar_periods(ms: int) -> tuple[Period, Period, Period]:
    """Return the month, the quarter and the year that contain a moment."""
    day = date_of(local_day(ms))
    quarter = (day.month - 1) // _QUARTER_MONTHS + 1
    return (
        parse_period(f"{day.year:04}-{day.month:02}"),
        parse_period(f"{day.year:04}-Q{quarter}"),
        parse_period(f"{day.year:04}"),
    )


def rolling_periods(ms: int) -> tuple[Period, ...]:
    """Return the rolling windows that end on the local day of a moment, today included."""
    day = date_of(local_day(ms))
    return tuple(parse_period(f"{kind}@{day.isoformat()}") for kind in ROLLING)


def previous_period(period: Period) -> Period:
    """Return the period of the same kind that ended when this one began (for a rolling window: one day earlier)."""
    if period.kind in ROLLING:
        last = date_of(local_day(period.end - 1)) - timedelta(days=1)
        return parse_period(f"{period.kind}@{last.isoformat()}")
    return next(before for before in calendar_periods(period.start - 1) if before.kind == period.kind)


def is_closed(period: Period, as_of: int, grace_days: int) -> bool:
    """Tell whether a period is past its grace; a rolling window has none."""
    grace = 0 if period.kind in ROLLING else grace_days * DAY_MS
    return as_of >= period.end + grace


def open_periods(as_of: int, grace_days: int) -> tuple[Period, ...]:
    """Return the months, quarters and years that have begun and are not closed, oldest first.

    An ended period keeps its own cut-off and accepts late events through `grace_days`, then it closes.
    """
    found: set[Period] = set()
    for current in calendar_periods(as_of):
        period = current
        while not is_closed(period, as_of, grace_days):
            found.add(period)
            period = previous_period(period)
    return tuple(sorted(found, key=lambda period: (period.start, period.end)))
