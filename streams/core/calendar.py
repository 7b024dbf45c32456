"""The working-day calendar (ngày làm việc) by which deadlines are counted, local time Asia/Ho_Chi_Minh.

A working day is Monday to Friday and not in the list of days off, or a make-up Saturday (dossier-events.md,
section 5). Moments are epoch milliseconds UTC. Adding days keeps the hour of day. Working hours are
07:00-11:30 and 13:30-17:00, eight hours a day.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from streams.core.periods import DAY_MS, date_of, day_of, day_start, local_day

_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000
_MORNING: Final = (7 * _HOUR_MS, 11 * _HOUR_MS + 30 * _MINUTE_MS)
_AFTERNOON: Final = (13 * _HOUR_MS + 30 * _MINUTE_MS, 17 * _HOUR_MS)
_DAY_OF_WORK: Final = 8 * _HOUR_MS
_DAY_END: Final = 24 * _HOUR_MS
# 1970-01-01 was a Thursday: with Monday as 0, weekday = (day + 3) mod 7.
_FIRST_WEEKDAY: Final = 3
_SATURDAY: Final = 5
_MONTHS: Final = 12


class WorkingCalendar:
    """Days off and make-up days of one country; immutable.

    Args:
        off: days off beside Saturdays and Sundays.
        make_up: Saturdays or Sundays that are worked instead of a swapped day.
    """

    __slots__ = ("_advance", "_days", "_make_up", "_off")

    def __init__(self, off: Iterable[date] = (), make_up: Iterable[date] = ()) -> None:
        self._off = frozenset(day_of(day) for day in off)
        self._make_up = frozenset(day_of(day) for day in make_up)
        self._advance = lru_cache(maxsize=1 << 16)(self._advance_days)
        self._days = lru_cache(maxsize=1 << 16)(self._count_days)

    def is_working_day(self, day: date) -> bool:
        """Tell whether a date is worked."""
        return self._works(day_of(day))

    def add_working_days(self, moment: int, count: int) -> int:
        """Return the moment `count` working days after `moment`: counting starts on the next working day."""
        day = local_day(moment)
        return moment + (self._advance(day, count) - day) * DAY_MS

    def working_days_between(self, moment: int, later: int) -> int:
        """Return how many working days begin after the day of `moment`, up to and with the day of `later`."""
        return sum(1 for day in range(local_day(moment) + 1, local_day(later) + 1) if self._works(day))

    def working_days(self, first: date, last: date) -> int:
        """Return how many days from `first` to `last`, both included, are worked."""
        return sum(1 for day in range(day_of(first), day_of(last) + 1) if self._works(day))

    def add_days(self, moment: int, count: int) -> int:
        """Return the moment `count` days later, every day counted; a last day that is not worked rolls on."""
        return self._roll(moment + count * DAY_MS)

    def add_months(self, moment: int, count: int) -> int:
        """Return the same day and hour `count` months later (or the month's last day); a day off rolls on."""
        start = date_of(local_day(moment))
        index = start.year * _MONTHS + start.month - 1 + count
        first = date(index // _MONTHS, index % _MONTHS + 1, 1)
        after = date((index + 1) // _MONTHS, (index + 1) % _MONTHS + 1, 1)
        day = min(day_of(first) + start.day - 1, day_of(after) - 1)
        return self._roll(moment + (day - local_day(moment)) * DAY_MS)

    def add_working_hours(self, moment: int, count: int) -> int:
        """Return the moment `count` working hours later; outside working hours the clock waits for them."""
        return self.add_working_time(moment, count * _HOUR_MS)

    def add_working_time(self, moment: int, length: int) -> int:
        """Return the moment `length` milliseconds of working time later; outside working hours the clock waits."""
        whole = max(0, length - 1) // _DAY_OF_WORK
        day, left = local_day(moment), length
        hour = moment - day_start(day)
        if whole > 1:
            left -= (whole - 1) * _DAY_OF_WORK
            ahead = self._advance(day, whole - 1)
            day, hour = ahead, hour if self._works(day) else _DAY_END
        while True:
            if self._works(day):
                for opens, closes in (_MORNING, _AFTERNOON):
                    begins = max(hour, opens)
                    if begins + left <= closes:
                        return day_start(day) + begins + left
                    left -= max(0, closes - begins)
            day, hour = day + 1, 0

    def working_time(self, moment: int, later: int) -> int:
        """Return the milliseconds of working time between two moments, 0 if the second is not later."""
        if later <= moment:
            return 0
        first, last = local_day(moment), local_day(later)
        if first == last:
            return self._worked_by(later) - self._worked_by(moment)
        begun = _DAY_OF_WORK - self._worked_by(moment) if self._works(first) else 0
        return begun + self._days(first + 1, last - 1) * _DAY_OF_WORK + self._worked_by(later)

    def next_working_moment(self, moment: int) -> int:
        """Return the moment itself if it lies in working hours, else when the next ones begin."""
        day = local_day(moment)
        hour = moment - day_start(day)
        if self._works(day):
            for opens, closes in (_MORNING, _AFTERNOON):
                if hour < closes:
                    return day_start(day) + max(hour, opens)
        return day_start(self._advance(day, 1)) + _MORNING[0]

    def opening(self, moment: int) -> int:
        """Return when the last working day up to a moment began to work (07:00)."""
        day = local_day(moment)
        if moment < day_start(day) + _MORNING[0]:
            day -= 1
        while not self._works(day):
            day -= 1
        return day_start(day) + _MORNING[0]

    def _worked_by(self, moment: int) -> int:
        """Return how long was worked on the day of a moment up to it."""
        day = local_day(moment)
        if not self._works(day):
            return 0
        hour = moment - day_start(day)
        return sum(max(0, min(hour, closes) - opens) for opens, closes in (_MORNING, _AFTERNOON))

    def _count_days(self, first: int, last: int) -> int:
        return sum(1 for day in range(first, last + 1) if self._works(day))

    def _works(self, day: int) -> bool:
        return day in self._make_up or ((day + _FIRST_WEEKDAY) % 7 < _SATURDAY and day not in self._off)

    def _advance_days(self, day: int, count: int) -> int:
        while count > 0:
            day += 1
            if self._works(day):
                count -= 1
        return day

    def _roll(self, moment: int) -> int:
        day = local_day(moment)
        rolled = day
        while not self._works(rolled):
            rolled += 1
        return moment + (rolled - day) * DAY_MS
