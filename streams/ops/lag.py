"""How far behind a consumer is, in records and in seconds. Pure: told the time, reads no clock."""

from collections.abc import Mapping
from typing import NamedTuple


class Lag(NamedTuple):
    """Records that wait in a partition, and seconds that the oldest of them has waited at most."""

    records: int
    seconds: float


class LagBook:
    """Follows the partitions that are held now; `now` in seconds since the epoch, as the records' own times."""

    def __init__(self) -> None:
        self._even_at: dict[int, float] = {}
        self._seen_at: dict[int, float] = {}
        self._done_at: dict[int, float] = {}

    def note_done(self, partition: int, appended_at: float) -> None:
        """Note when Kafka took the last record of a batch that is done."""
        self._done_at[partition] = appended_at

    def look(self, now: float, waiting: Mapping[int, int]) -> dict[int, Lag]:
        """Return the lag of each partition, given how many of its records are there and not done.

        A record that waits came after the last one that is done, and after the last moment at which none waited: it
        has waited no longer than since the later of the two. Of a partition that was taken over with records waiting
        nothing is known before its first batch: since it was taken over, then.
        """
        for gone in self._seen_at.keys() - waiting.keys():
            for book in (self._even_at, self._seen_at, self._done_at):
                book.pop(gone, None)
        return {partition: self._lag(now, partition, count) for partition, count in waiting.items()}

    def _lag(self, now: float, partition: int, count: int) -> Lag:
        seen = self._seen_at.setdefault(partition, now)
        if count <= 0:
            self._even_at[partition] = now
            return Lag(0, 0.0)
        known = [book[partition] for book in (self._even_at, self._done_at) if partition in book]
        return Lag(count, max(0.0, now - max(known, default=seen)))
