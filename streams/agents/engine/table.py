"""The dossier table: a Faust table for its changelog and recovery, with our store and without writes of its own."""

from collections.abc import Mapping
from typing import Any, Final

from faust import Table
from faust.types import StoreT

from streams.agents.engine.copies import Join
from streams.agents.engine.store import PartitionStore
from streams.agents.stores.memory import MemoryStores
from streams.agents.stores.port import StateCopies, Stores

RECOVERY_BATCHES: Final = 2
"""Batches of changelog records that Faust collects before it hands them to the store; 1 has another meaning there."""


class DossierTable(Table[str, bytes]):
    """Recovered by Faust from its changelog; written by the dossier agent through `copies`, next to the changelog.

    `join` gives the state that the records of several owners of one key come to.
    """

    def __init__(self, *args: Any, join: Join, **kwargs: Any) -> None:
        self.join_copies = join
        super().__init__(*args, **kwargs)

    def _new_store(self) -> StoreT[str, bytes]:
        stores = MemoryStores(self.join_copies)
        return PartitionStore("memory://", self.app, self, table_name=self.name, stores=stores)

    def use(self, stores: Stores) -> None:
        """Keep the states in these stores; to be said before the application starts."""
        self._own.use(stores)

    def copies(self, partition: int) -> StateCopies:
        """Return the states of one partition with the owners of their records in the changelog."""
        return self._own.copies(partition)

    def part(self, partition: int) -> Mapping[str, bytes]:
        """Return the encoded states of one partition by state key."""
        return self.copies(partition).states

    @property
    def _own(self) -> PartitionStore:
        store = self.data
        if not isinstance(store, PartitionStore):
            raise TypeError("the dossier table needs its own store")
        return store
