"""The states of one partition as its changelog has them: one record per key and owner, joined to one state per key.

Every life of a partition (a worker, a generation of the group) logs under keys of its own, `key@owner`. So a zombie
that wakes can add a record, but never replace one: compaction keeps the last of each owner, and recovery joins them.
The first time a life logs a key it says that the records of earlier owners, which it knows, are void.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

Join = Callable[[str, Sequence[bytes]], bytes]

Heard = tuple[str, int, bytes | None]
"""A record read back from the changelog: key, owner, and state or None if it is void."""


class Logged(NamedTuple):
    """First and last offset of records that the changelog acknowledged together."""

    first: int
    last: int


SEPARATOR = "@"
NO_OWNER = 0
"""Owner of a record whose key names none."""


def owned_key(key: str, owner: int) -> str:
    """Return the key of a changelog record."""
    return f"{key}{SEPARATOR}{owner}" if owner != NO_OWNER else key


def split_key(name: str) -> tuple[str, int]:
    """Return key and owner of a changelog record; raises ValueError if the owner is no number."""
    key, found, owner = name.rpartition(SEPARATOR)
    return (key, _owner_of(owner)) if found else (name, NO_OWNER)


@lru_cache(maxsize=256)
def _owner_of(text: str) -> int:
    """Return one object for each owner: a recovery reads the same few for every key."""
    return int(text)


class Copies:
    """One partition in memory: `states` maps a key to its state; the owners of its records stand beside.

    See `streams.agents.stores.port.StateCopies`.
    """

    def __init__(self, join: Join) -> None:
        self.states: dict[str, bytes] = {}
        self.reached: int | None = None
        self._join = join
        self._owner: dict[str, int] = {}
        self._several: dict[str, dict[int, bytes]] = {}

    def hear(self, records: Iterable[Heard], reached: int) -> None:
        """Take records read back from the changelog; `settle` joins what several owners said."""
        del reached
        for record in records:
            self._hear(*record)

    def _hear(self, key: str, owner: int, value: bytes | None) -> None:
        several = self._several.get(key)
        if several is not None:
            self._hear_several(key, several, owner, value)
            return
        held = self.states.get(key)
        only = held is None or self._owner.get(key, NO_OWNER) == owner
        if value is None:
            if only:
                self.states.pop(key, None)
                self._owner.pop(key, None)
        elif only:
            self.states[key] = value
            self._owner[key] = owner
        elif held is not None:
            self._several[key] = {self._owner.pop(key, NO_OWNER): held, owner: value}

    def _hear_several(self, key: str, several: dict[int, bytes], owner: int, value: bytes | None) -> None:
        if value is not None:
            several[owner] = value
            return
        several.pop(owner, None)
        if len(several) == 1:
            ((self._owner[key], self.states[key]),) = several.items()
            del self._several[key]

    def settle(self) -> None:
        """Join what several owners say; call it when the changelog was read to its end."""
        for key, several in self._several.items():
            joined = self.states[key] = self._join(key, list(several.values()))
            self._several[key] = dict.fromkeys(several, joined)

    def write(self, states: Mapping[str, bytes]) -> None:
        """Take states that are logged next."""
        self.states.update(states)

    def logged(self, acknowledged: Sequence[Logged]) -> None:
        """Note nothing: memory ends with the process, and then the changelog is read whole."""

    def claim(self, keys: Iterable[str], owner: int) -> Iterator[str]:
        """Note that `owner` logs the states of these keys now; give the keys of records that are void once it has."""
        for key in keys:
            several = self._several.pop(key, None)
            if several is not None:
                yield from (owned_key(key, other) for other in several if other != owner)
            elif key in self._owner:
                held = self._owner[key]
                if held == owner:
                    continue
                yield owned_key(key, held)
            self._owner[key] = owner
