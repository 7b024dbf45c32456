"""What a local store of states must do, whatever stands behind it.

A store is only a cache of the changelog. It may be ahead of it (a kill between the write here and the acknowledgement
there), so a repeated event is applied again and every state of a batch is logged, changed or not. It may be behind it:
`reached` tells from where the changelog must be read.

The changelog has one record per key and owner (`streams.agents.engine.copies`). A store has one state per key, and
beside it the owners of its records: who logs the state next says which of them are void.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from streams.agents.engine.copies import Heard, Logged


class StateCopies(Protocol):
    """The states of one partition."""

    @property
    def states(self) -> Mapping[str, bytes]:
        """State by key; iteration gives keys and loads no state. May be read in any thread."""

    @property
    def reached(self) -> int | None:
        """Offset of the changelog up to which every record is in here, None if it must be read whole."""

    def hear(self, records: Iterable[Heard], reached: int) -> None:
        """Take records read back from the changelog, up to an offset; `settle` joins what several owners said."""

    def settle(self) -> None:
        """Join what several owners say; call it when the changelog was read to its end."""

    def write(self, states: Mapping[str, bytes]) -> None:
        """Take states that are logged next."""

    def claim(self, keys: Iterable[str], owner: int) -> Iterable[str]:
        """Note that `owner` logs the states of these keys now; return the keys of records that are void once it has."""

    def logged(self, acknowledged: Sequence[Logged]) -> None:
        """Note what the changelog acknowledged; where another wrote in between, it is read again at a recovery."""


class Stores(Protocol):
    """The partitions that one process holds."""

    def copies(self, partition: int) -> StateCopies:
        """Return the states of a partition, opened if they are not."""

    def held(self) -> Iterable[StateCopies]:
        """Return the partitions that are open."""

    def reached(self, partition: int) -> int | None:
        """Return how far the states of a partition reach, None if its changelog must be read whole."""

    def keep(self, partitions: set[int]) -> None:
        """Close all other partitions."""

    def clear(self) -> None:
        """Forget every state of every partition."""

    def close(self) -> None:
        """Let go of everything; nothing is read or written afterwards."""
