"""The range of one partition in the database: its states with the owners of their records, and how far it reaches.

A name is the number of the partition (two bytes, big-endian), a kind and the state key. `STATE` holds an owner (eight
bytes) and the state; `SEVERAL`, while more than one owner has a live record, holds what each said. How far the
partition reaches is written in one batch with states: after a kill it may be behind them, never ahead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import msgspec
from rocksdict import WriteBatch

from streams.agents.engine.copies import Heard, Join, Logged, owned_key

REACHED: Final = b"\x00"
STATE: Final = b"\x01"
SEVERAL: Final = b"\x02"
AFTER: Final = b"\x03"

_OWNER_BYTES: Final = 8
_SHARED: Final = (1 << 64) - 1
"""In place of an owner: several have a live record."""
_UNLOGGED: Final = (1 << 64) - 2
"""In place of an owner: the changelog has no record of it yet."""

_SAID: Final = msgspec.msgpack.Decoder(dict[int, bytes])


class Database(Protocol):
    """What a partition asks of the database that it shares with others."""

    def read(self, name: bytes) -> bytes | None:
        """Return what is stored under a name."""

    def write(self, batch: WriteBatch) -> None:
        """Write a batch, all or nothing."""

    def names(self, first: bytes, after: bytes) -> Iterator[bytes]:
        """Give the names of a range, in order."""


class RocksStates(Mapping[str, bytes]):
    """The states of one partition by key, read from the database each time."""

    def __init__(self, database: Database, head: bytes) -> None:
        self._database = database
        self._head = head

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        """Return a state."""
        held = self._database.read(self._head + STATE + key.encode())
        return default if held is None else held[_OWNER_BYTES:]

    def __getitem__(self, key: str) -> bytes:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        for name in self._database.names(self._head + STATE, self._head + SEVERAL):
            yield name[len(self._head) + 1 :].decode()

    def __len__(self) -> int:
        return sum(1 for _ in self)


class RocksCopies:
    """One partition; see `StateCopies`."""

    def __init__(self, database: Database, partition: int, join: Join) -> None:
        self._database = database
        self._join = join
        self._head = partition.to_bytes(2, "big")
        self.states = RocksStates(database, self._head)
        stored = database.read(self._head + REACHED)
        self.reached: int | None = None if stored is None else int.from_bytes(stored, "big")
        self._durable = self.reached

    # --------------------------------------------------------------- recovery

    def hear(self, records: Iterable[Heard], reached: int) -> None:
        """Take records read back from the changelog, up to an offset."""
        touched: dict[str, dict[int, bytes]] = {}
        for key, owner, value in records:
            said = touched.get(key)
            if said is None:
                said = touched[key] = self._said(key)
            if value is None:
                said.pop(owner, None)
            else:
                said[owner] = value
        batch = WriteBatch(raw_mode=True)
        for key, said in touched.items():
            self._keep(batch, key, said)
        self.reached = reached
        self._write(batch)

    def settle(self) -> None:
        """Join what several owners say."""
        batch = WriteBatch(raw_mode=True)
        for name in list(self._database.names(self._head + SEVERAL, self._head + AFTER)):
            key = name[len(self._head) + 1 :].decode()
            said = self._said(key)
            joined = self._join(key, list(said.values()))
            self._keep(batch, key, dict.fromkeys(said, joined))
        self._write(batch)

    def _said(self, key: str) -> dict[int, bytes]:
        """Return the live records of a key by owner."""
        held = self._held(key)
        if held is None:
            return {}
        owner, state = held
        if owner != _SHARED:
            return {owner: state}
        several = self._database.read(self._name(SEVERAL, key))
        return {} if several is None else _SAID.decode(several)

    def _keep(self, batch: WriteBatch, key: str, said: Mapping[int, bytes]) -> None:
        several = self._name(SEVERAL, key)
        if len(said) > 1:
            batch.put(several, msgspec.msgpack.encode(said))
            self._put(batch, key, _SHARED, list(said.values())[-1])
            return
        batch.delete(several)
        if not said:
            batch.delete(self._name(STATE, key))
        for owner, state in said.items():
            self._put(batch, key, owner, state)

    # ------------------------------------------------------------------- work

    def write(self, states: Mapping[str, bytes]) -> None:
        """Take states that are logged next; their owners stay as the changelog has them."""
        batch = WriteBatch(raw_mode=True)
        for key, state in states.items():
            held = self._held(key)
            self._put(batch, key, _UNLOGGED if held is None else held[0], state)
        self._write(batch)

    def claim(self, keys: Iterable[str], owner: int) -> list[str]:
        """Note that `owner` logs the states of these keys now; return the keys of records that are void once it has."""
        batch = WriteBatch(raw_mode=True)
        void: list[str] = []
        for key in keys:
            held = self._held(key)
            if held is None or held[0] == owner:
                continue
            others = (self._said(key) if held[0] == _SHARED else {held[0]: b""}).keys() - {owner, _UNLOGGED}
            void += [owned_key(key, other) for other in sorted(others)]
            self._keep(batch, key, {owner: held[1]})
        self._write(batch)
        return void

    def logged(self, acknowledged: Sequence[Logged]) -> None:
        """Note what the changelog acknowledged; stored with the next write, or when the partition is closed."""
        for first, last in acknowledged:
            if first == (0 if self.reached is None else self.reached + 1):
                self.reached = last

    def close(self) -> None:
        """Store how far it reaches."""
        self._write(WriteBatch(raw_mode=True))

    # ------------------------------------------------------------------ bytes

    def _name(self, kind: bytes, key: str) -> bytes:
        return self._head + kind + key.encode()

    def _held(self, key: str) -> tuple[int, bytes] | None:
        held = self._database.read(self._name(STATE, key))
        return None if held is None else (int.from_bytes(held[:_OWNER_BYTES], "big"), held[_OWNER_BYTES:])

    def _put(self, batch: WriteBatch, key: str, owner: int, state: bytes) -> None:
        batch.put(self._name(STATE, key), owner.to_bytes(_OWNER_BYTES, "big") + state)

    def _write(self, batch: WriteBatch) -> None:
        if self.reached != self._durable and self.reached is not None:
            batch.put(self._head + REACHED, self.reached.to_bytes(8, "big"))
        self._database.write(batch)
        self._durable = self.reached
