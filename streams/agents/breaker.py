"""Stops a worker that meets too many bad records: then the source is at fault, and burying all of it helps nobody."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from streams.errors import StoppedForGoodError


class BreakerLimits(NamedTuple):
    """`in_a_row` bad records stop the worker (0: never), and a greater share than `share` of the last `window`."""

    in_a_row: int
    share: float
    window: int


class Trip(NamedTuple):
    """Why the work ends; the first `good` records of the batch may still be done."""

    good: int
    why: str


class TooManyBadError(StoppedForGoodError):
    """Too many records of a partition are bad; everything before `position` is done and may be committed."""

    def __init__(self, trip: Trip, where: tuple[str, int, int], reason: str) -> None:
        topic, partition, self.position = where
        super().__init__(
            f"{topic} partition {partition}: {trip.why} (from offset {self.position}, first reason: {reason}); nothing "
            "from there on is committed. Mend what sends them; or, to bury them and go on, start once with "
            "NHIP766_BAD_IN_A_ROW=0 NHIP766_BAD_SHARE=1 and look at them with `nhip766 deadletters list`"
        )


class Breaker:
    """Counts the bad records of one partition; the counts begin anew with each owner."""

    def __init__(self, limits: BreakerLimits) -> None:
        self._limits = limits
        self._row = 0
        self._recent: deque[tuple[int, int]] = deque()
        self._seen = 0
        self._bad = 0

    def judge(self, count: int, bad: Sequence[int]) -> Trip | None:
        """Take a batch of `count` records of which those at the indices `bad` (rising) are bad."""
        return self._judge_row(count, bad) or self._judge_share(count, bad)

    def _judge_row(self, count: int, bad: Sequence[int]) -> Trip | None:
        begun, expected = 0, 0
        for index in bad:
            if index != expected:
                self._row, begun = 0, index
            self._row += 1
            expected = index + 1
            if self._limits.in_a_row and self._row >= self._limits.in_a_row:
                return Trip(begun, f"{self._row} bad records in a row")
        if expected != count:
            self._row = 0
        return None

    def _judge_share(self, count: int, bad: Sequence[int]) -> Trip | None:
        self._recent.append((count, len(bad)))
        self._seen += count
        self._bad += len(bad)
        while self._seen - self._recent[0][0] >= self._limits.window:
            seen, found = self._recent.popleft()
            self._seen -= seen
            self._bad -= found
        if not bad or self._seen < self._limits.window or self._bad <= self._limits.share * self._seen:
            return None
        return Trip(bad[0], f"{self._bad} of the last {self._seen} records are bad")
