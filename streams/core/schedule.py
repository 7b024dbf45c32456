"""Moments at which keys are due, for as many keys as a partition holds.

Most dossiers wait for days: a moment that is far off costs a place in the list of its hour, and only when the clock
reaches that hour the keys in it are put in order. Moments are epoch milliseconds UTC.
"""

from heapq import heappop, heappush
from typing import Final

HOUR_MS: Final = 3_600_000


class Schedule:
    """The next moment of every key that has one; what was said of a key before is void."""

    __slots__ = ("_far", "_hours", "_moment_of", "_near", "_near_until")

    def __init__(self) -> None:
        self._moment_of: dict[str, int] = {}
        self._near: list[tuple[int, str]] = []
        self._near_until = 0
        self._far: dict[int, list[str]] = {}
        self._hours: list[int] = []

    def __len__(self) -> int:
        return len(self._moment_of)

    def set(self, key: str, moment: int | None) -> None:
        """Let a key be due at a moment and at no other; None: at none."""
        if moment is None:
            self._moment_of.pop(key, None)
            return
        if self._moment_of.get(key) == moment:
            return
        self._moment_of[key] = moment
        hour = moment // HOUR_MS
        if hour < self._near_until:
            heappush(self._near, (moment, key))
            return
        keys = self._far.get(hour)
        if keys is None:
            self._far[hour] = [key]
            heappush(self._hours, hour)
        else:
            keys.append(key)

    def take(self, as_of: int) -> list[str]:
        """Return the keys that are due by now, the earliest first; they are due no more."""
        self._bring_near(as_of // HOUR_MS)
        due = []
        while self._near and self._near[0][0] <= as_of:
            moment, key = heappop(self._near)
            if self._moment_of.get(key) == moment:
                del self._moment_of[key]
                due.append(key)
        return due

    def _bring_near(self, hour: int) -> None:
        """Put the keys of every hour that has begun in order."""
        self._near_until = max(self._near_until, hour + 1)
        while self._hours and self._hours[0] <= hour:
            begun = heappop(self._hours)
            for key in self._far.pop(begun):
                moment = self._moment_of.get(key)
                if moment is not None and moment // HOUR_MS == begun:
                    heappush(self._near, (moment, key))
