"""The local store of the dossier table: raw bytes, one mapping per partition.

Replaces Faust's memory store, which keeps the keys of partitions that left and loses a key whose tombstone is followed
by a falsy value (`stores/memory.py:36`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from faust.stores.base import Store
from faust.types import TP, EventT

from streams.agents.engine.copies import Copies, Join, split_key


class PartitionStore(Store[str, bytes]):
    """State key -> encoded state, kept per partition so that a partition can be rebuilt or dropped as one."""

    def __init__(self, *args: Any, join: Join, **kwargs: Any) -> None:
        self._join = join
        self._parts: dict[int, Copies] = {}
        super().__init__(*args, **kwargs)

    def copies(self, partition: int) -> Copies:
        """Return the states of one partition with the owners of their records in the changelog."""
        copies = self._parts.get(partition)
        if copies is None:
            copies = self._parts[partition] = Copies(self._join)
        return copies

    def part(self, partition: int) -> dict[str, bytes]:
        """Return the live mapping of one partition; the caller writes what it also logs."""
        return self.copies(partition).states

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
                self._apply(self.copies(event.message.partition), records)
        except Exception as problem:
            engine.fail(problem)
            raise

    def _apply(self, copies: Copies, records: Iterable[Any]) -> None:
        for record in records:
            try:
                key, owner = split_key(record.key.decode())
            except (AttributeError, ValueError):
                where = f"{record.topic}-{record.partition}@{record.offset}"
                raise ValueError(
                    f"a changelog record is not ours: its key at {where} is none of a state"
                ) from None
            copies.hear(key, owner, record.value)

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Drop the partitions that are no longer ours; join what several owners wrote in those that are."""
        kept = {tp.partition for tp in active_tps | standby_tps}
        for partition in self._parts.keys() - kept:
            del self._parts[partition]
        engine: Any = self.app
        try:
            for copies in self._parts.values():
                copies.settle()
        except Exception as problem:
            engine.fail(problem)
            raise

    def persisted_offset(self, tp: TP) -> int | None:
        """Return None: nothing outlives the process, recovery reads the whole changelog."""
        del tp
        return None

    def reset_state(self) -> None:
        """Forget everything."""
        self._parts.clear()

    async def backup_partition(
        self, tp: TP | int, flush: bool = True, purge: bool = False, keep: int = 1
    ) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(self, tp: TP | int, latest: bool = True, backup_id: int = 0) -> None:
        """Do nothing: the changelog is the backup."""

    def _find(self, key: str) -> Mapping[str, bytes]:
        return next((part.states for part in self._parts.values() if key in part.states), {})

    def __getitem__(self, key: str) -> bytes:
        return self._find(key)[key]

    def __setitem__(self, key: str, value: bytes) -> None:
        raise TypeError("write through part(partition), next to the changelog")

    def __delitem__(self, key: str) -> None:
        raise TypeError("write through part(partition), next to the changelog")

    def __iter__(self) -> Iterator[str]:
        for part in self._parts.values():
            yield from part.states

    def __len__(self) -> int:
        return sum(len(part.states) for part in self._parts.values())

    def _clear(self) -> None:
        self._parts.clear()
