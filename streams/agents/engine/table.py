"""The dossier table: a Faust table for its changelog and recovery, with our store and without writes of its own."""

from typing import Final

from faust import Table
from faust.types import StoreT

from streams.agents.engine.store import PartitionStore

RECOVERY_BATCHES: Final = 2
"""Batches of changelog records that Faust collects before it hands them to the store; 1 has another meaning there."""


class DossierTable(Table[str, bytes]):
    """Recovered by Faust from its changelog; written by the dossier agent through `part`, next to the changelog."""

    def _new_store(self) -> StoreT[str, bytes]:
        return PartitionStore("memory://", self.app, self, table_name=self.name)

    def part(self, partition: int) -> dict[str, bytes]:
        """Return the live mapping of state key to encoded state of one partition."""
        store = self.data
        if not isinstance(store, PartitionStore):
            raise TypeError("the dossier table needs its own store")
        return store.part(partition)
