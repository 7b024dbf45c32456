"""Before a period closes, what stood in the log by then is read: also after a time in which no worker ran.

Else the figures that a period closes with would depend on whether a worker was up at that moment.
"""

import time
from collections.abc import Callable
from typing import Final

from streams.agents.slices import GivenUpError
from streams.core.dossier_partition import DossierPartition

IDLE_SECONDS: Final = 60.0
"""After so long without a record the rest of the log holds none (markers of transactions): the clock goes on."""


class ClosingWait:
    """Of one life of a partition.

    `end` tells the offset after the last record in the log, None while nobody knows it; `seconds` is a steady clock.
    """

    def __init__(self, end: Callable[[], int | None], seconds: Callable[[], float]) -> None:
        self._ask = end
        self._seconds = seconds
        self._end: int | None = None
        self._offset = -1
        self._since = 0.0

    def allowed(self, partition: DossierPartition, as_of: int) -> int:
        """Return how far the clock of the partition may go, `as_of` at most (both epoch ms)."""
        if as_of < partition.closes_at:
            return as_of
        if self._end is None:
            self._end = self._ask()
            self._offset, self._since = partition.offset, self._seconds()
        if self._end is None or not self._is_read(partition.offset, self._end):
            return partition.closes_at - 1
        self._end = None
        return as_of

    def _is_read(self, offset: int, end: int) -> bool:
        if offset != self._offset:
            self._offset, self._since = offset, self._seconds()
        return offset + 1 >= end or self._seconds() - self._since >= IDLE_SECONDS


class ClosingWaits:
    """Those of the partitions that are open; `end` tells of a partition the offset after the last record in its log."""

    def __init__(self, end: Callable[[int], int | None]) -> None:
        self._end = end
        self._open: dict[int, ClosingWait] = {}

    def begin(self, number: int) -> None:
        """Begin the life of a partition."""
        self._open[number] = ClosingWait(lambda: self._end(number), time.monotonic)

    def clear(self) -> None:
        """Forget all: the partitions are given up."""
        self._open.clear()

    def allowed(self, partition: DossierPartition, as_of: int) -> int:
        """Return how far the clock of a partition may go; raises GivenUpError if it was given up meanwhile."""
        wait = self._open.get(partition.number)
        if wait is None:
            raise GivenUpError
        return wait.allowed(partition, as_of)
