"""The states of one partition as its changelog has them: one record per key and owner, joined to one state per key.

Every life of a partition (a worker, a generation of the group) logs under keys of its own, `key@owner`. So a zombie
that wakes can add a record, but never replace one: compaction keeps the last of each owner, and recovery joins them.
The first time a life logs a key it says that the records of earlier owners, which it knows, are void.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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

_UNLOGGED = -1
"""In place of an owner: the changelog has no record of it yet."""


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

    Nearly all keys have one owner, the usual one, so only the others are listed: a million entries fewer. See
    `streams.agents.stores.port.StateCopies`.
    """

    def __init__(self, join: Join) -> None:
        self.states: dict[str, bytes] = {}
        self.reached: int | None = None
        self._join = join
        self._usual = NO_OWNER
        self._other: dict[str, int] = {}
        self._several: dict[str, dict[int, bytes]] = {}

    # --------------------------------------------------------------- recovery

    def hear(self, records: Iterable[Heard], reached: int) -> None:
        """Take records read back from the changelog; `settle` joins what several owners said."""
        del reached
        states, other = self.states, self._other
        for key, owner, value in records:
            if value is not None and key not in states:
                if not states:
                    self._usual = owner
                if owner != self._usual:
                    other[key] = owner
                states[key] = value
            elif value is not None and key not in self._several and other.get(key, self._usual) == owner:
                states[key] = value
            elif key in states:
                self._hear_another(key, owner, value)

    def _hear_another(self, key: str, owner: int, value: bytes | None) -> None:
        """Hear a further owner of a key, or that a record of it is void."""
        said = self._several.pop(key, None)
        if said is None:
            said = {self._other.pop(key, self._usual): self.states[key]}
        if value is None:
            said.pop(owner, None)
        else:
            said[owner] = value
        if len(said) > 1:
            self._several[key] = said
            return
        del self.states[key]
        for left, state in said.items():
            self.states[key] = state
            self._own(key, left)

    def _own(self, key: str, owner: int) -> None:
        if owner == self._usual:
            self._other.pop(key, None)
        else:
            self._other[key] = owner

    def settle(self) -> None:
        """Join what several owners say; call it when the changelog was read to its end."""
        for key, said in self._several.items():
            joined = self.states[key] = self._join(key, list(said.values()))
            self._several[key] = dict.fromkeys(said, joined)

    # ------------------------------------------------------------------- work

    def write(self, states: Mapping[str, bytes]) -> None:
        """Take states that are logged next."""
        held = self.states
        self._other |= {key: _UNLOGGED for key in states if key not in held}
        held.update(states)

    def logged(self, acknowledged: Sequence[Logged]) -> None:
        """Note nothing: memory ends with the process, and then the changelog is read whole."""

    def claim(self, keys: Iterable[str], owner: int) -> list[str]:
        """Note that `owner` logs the states of these keys now; return the keys of records that are void once it has."""
        if owner != self._usual and 2 * len(self._other) >= len(self.states):
            self._take_as_usual(owner)
        void: list[str] = []
        for key in keys:
            said: Iterable[int] | None = self._several.pop(key, None)
            if said is None:
                held = self._other.get(key, self._usual)
                if held == owner:
                    continue
                said = (held,)
            void += [owned_key(key, each) for each in said if each not in (owner, _UNLOGGED)]
            self._own(key, owner)
        return void

    def _take_as_usual(self, owner: int) -> None:
        """List the keys of all others from now on: half of them are listed already, and their number will fall."""
        listed = self._other
        unlisted = (key for key in self.states if key not in listed and key not in self._several)
        self._other = dict.fromkeys(unlisted, self._usual)
        self._other |= {key: held for key, held in listed.items() if held != owner}
        self._usual = owner
