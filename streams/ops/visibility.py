"""When an event has reached the ranking: batches that wait until what readers see is as of a later moment."""

from collections import deque
from typing import Final, NamedTuple

MOST_WAITING: Final = 100_000
"""Batches remembered at once; in an outage the oldest is known to be late by then, and newer ones are not counted."""


class _Batch(NamedTuple):
    appended_at: float
    done_at: float


class VisibilityBook:
    """Pure: told the time, in seconds since the epoch.

    Partials that go out as of a moment hold every batch that was done before it, and the scores as of a moment need
    the partials of all sources: a batch is visible once the scores of every partition of units are stored as of a
    moment at or after the batch was done.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Batch] = deque()
        self._stored: dict[int, float] = {}

    def note_done(self, appended_at: float, now: float) -> None:
        """Note a batch: when Kafka took its oldest record, and that it is done now."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(_Batch(appended_at, now))

    def note_stored(self, partition: int, as_of: float, now: float) -> list[float]:
        """Note the moment of a partition's scores that are stored; return how long each batch took that is visible."""
        self._stored[partition] = as_of
        least = min(self._stored.values())
        taken = []
        while self._waiting and self._waiting[0].done_at <= least:
            taken.append(max(0.0, now - self._waiting.popleft().appended_at))
        return taken

    def forget(self) -> None:
        """Forget which partitions are held: others come."""
        self._stored.clear()
        self._waiting.clear()
