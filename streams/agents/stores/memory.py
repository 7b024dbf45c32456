"""States in memory: nothing outlives the process or the partition, recovery reads the whole changelog."""

from collections.abc import Iterable

from streams.agents.engine.copies import Copies, Join
from streams.agents.stores.port import StateCopies


class MemoryStores:
    """A mapping for each partition; `join` gives what records of several owners of a key come to."""

    def __init__(self, join: Join) -> None:
        self._join = join
        self._copies: dict[int, Copies] = {}

    def copies(self, partition: int) -> StateCopies:
        """Return the states of a partition."""
        copies = self._copies.get(partition)
        if copies is None:
            copies = self._copies[partition] = Copies(self._join)
        return copies

    def held(self) -> Iterable[StateCopies]:
        """Return the partitions that are here."""
        return self._copies.values()

    def reached(self, partition: int) -> int | None:
        """Return None: recovery reads the whole changelog, or goes on where Faust knows it stopped."""
        del partition
        return None

    def keep(self, partitions: set[int]) -> None:
        """Drop the states of all other partitions."""
        for partition in self._copies.keys() - partitions:
            del self._copies[partition]

    def clear(self) -> None:
        """Forget everything."""
        self._copies.clear()

    def close(self) -> None:
        """Forget everything."""
        self._copies.clear()
