"""The dossier table: a Faust table for its changelog and recovery, with our store and without writes of its own."""

from typing import Any, Final

from faust import Table
from faust.types import StoreT

from streams.agents.engine.copies import Copies, Join
from streams.agents.engine.store import PartitionStore

RECOVERY_BATCHES: Final = 2
"""Batches of changelog records that Faust collects before it hands them to the store; 1 has another meaning there."""


class DossierTable(Table[str, bytes]):
    """Recovered by Faust from its changelog; written by the dossier agent through `copies`, next to the changelog.

    `join` gives the state that the records of several owners of one key come to.
    """

    def __init__(self, *args: Any, join: Join, **kwargs: Any) -> None:
        self._join_copies = join
        super().__init__(*args, **kwargs)

    def _new_store(self) -> StoreT[str, bytes]:
        return PartitionStore("memory://", self.app, self, table_name=self.name, join=self._join_copies)

    def copies(self, partition: int) -> Copies:
        """Return the states of one partition with the owners of their records in the changelog."""
        store = self.data
        if not isinstance(store, PartitionStore):
            raise TypeError("the dossier table needs its own store")
        return store.copies(partition)

    def part(self, partition: int) -> dict[str, bytes]:
        """Return the live mapping of state key to encoded state of one partition."""
        return self.copies(partition).states
