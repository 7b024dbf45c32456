"""The local store of the dossier table: raw bytes by partition, in the stores that were opened for it.

Replaces Faust's memory store, which keeps the keys of partitions that left and loses a key whose tombstone is followed
by a falsy value (`stores/memory.py:36`), and its RocksDB store, which writes how far it reaches apart from the values.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from faust.stores.base import Store
from faust.types import TP, EventT

from streams.agents.engine.copies import Heard, split_key
from streams.agents.stores.port import StateCopies, Stores
from streams.log import get_logger

log = get_logger("streams.agents.recovery")
"""Of a name that is heard: a worker silences what its engine says of every rebalance."""


class PartitionStore(Store[str, bytes]):
    """State key -> encoded state, kept per partition so that a partition can be rebuilt or dropped as one."""

    def __init__(self, *args: Any, stores: Stores, **kwargs: Any) -> None:
        self._stores = stores
        self._read = 0
        super().__init__(*args, **kwargs)

    def use(self, stores: Stores) -> None:
        """Keep the states there; to be said before the application starts."""
        self._stores = stores

    def copies(self, partition: int) -> StateCopies:
        """Return the states of one partition with the owners of their records in the changelog."""
        return self._stores.copies(partition)

    def apply_changelog_batch(
        self, batch: Iterable[EventT[Any]], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Take batches of records read back from the changelog; an empty value deletes.

        A record that is not ours stops the application: Faust would log a warning and go on without the rest.
        """
        del to_key, to_value
        engine: Any = self.app
        if engine.should_stop:
            return
        try:
            for event in batch:
                records: Any = event.message.value
                self.copies(event.message.partition).hear(_heard(records), event.message.offset)
                self._read += len(records)
        except Exception as problem:
            engine.fail(problem)
            raise

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Close the partitions that are no longer ours; join what several owners wrote in those that are."""
        self._stores.keep({tp.partition for tp in active_tps | standby_tps})
        engine: Any = self.app
        try:
            for copies in self._stores.held():
                copies.settle()
        except Exception as problem:
            engine.fail(problem)
            raise
        self._say_recovered(len(active_tps), time.monotonic() - engine.recovery_began)

    def _say_recovered(self, partitions: int, seconds: float) -> None:
        """Say what was read back, and how long that took from the moment its partitions were sought."""
        records, self._read = self._read, 0
        log.info("recovered", partitions=partitions, records=records, seconds=round(seconds, 3))

    def persisted_offset(self, tp: TP) -> int | None:
        """Return how far the states of a partition reach: recovery reads what comes after it."""
        return self._stores.reached(tp.partition)

    def reset_state(self) -> None:
        """Forget everything."""
        self._stores.clear()

    async def backup_partition(
        self, tp: TP | int, flush: bool = True, purge: bool = False, keep: int = 1
    ) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(self, tp: TP | int, latest: bool = True, backup_id: int = 0) -> None:
        """Do nothing: the changelog is the backup."""

    def __getitem__(self, key: str) -> bytes:
        raise TypeError("read through copies(partition)")

    def __setitem__(self, key: str, value: bytes) -> None:
        raise TypeError("write through copies(partition), next to the changelog")

    def __delitem__(self, key: str) -> None:
        raise TypeError("write through copies(partition), next to the changelog")

    def __iter__(self) -> Iterator[str]:
        for copies in self._stores.held():
            yield from copies.states

    def __len__(self) -> int:
        return sum(len(copies.states) for copies in self._stores.held())

    def _clear(self) -> None:
        self._stores.clear()


def _heard(records: Iterable[Any]) -> Iterator[Heard]:
    for record in records:
        try:
            key, owner = split_key(record.key.decode())
        except (AttributeError, ValueError):
            where = f"{record.topic}-{record.partition}@{record.offset}"
            raise ValueError(
                f"a changelog record is not ours: its key at {where} is none of a state"
            ) from None
        yield key, owner, record.value
