"""States in RocksDB: one database for each process, whatever the number of its partitions.

A partition is one range of names (`rocks_copies.py`), so one block cache and one set of memtables serve all.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rocksdict import BlockBasedOptions, Cache, Options, Rdict, ReadOptions, WriteBatch

from streams.agents.engine.copies import Join
from streams.agents.stores.port import StateCopies
from streams.agents.stores.rocks_copies import RocksCopies
from streams.errors import UserError
from streams.log import get_logger

log = get_logger(__name__)

BLOCK_CACHE: Final = 64 << 20
"""Bytes of blocks, indexes and filters held in memory."""
MEMTABLES: Final = 32 << 20
"""Bytes of writes held in memory until they are flushed to a file."""
WAL: Final = 128 << 20
OPEN_FILES: Final = 256
MOST_PROCESSES: Final = 64

_IDENTITY: Final = b"\xff\xff\xff"
_BROKEN: Final = "BROKEN"


def _options() -> Options:
    blocks = BlockBasedOptions()
    blocks.set_block_cache(Cache(BLOCK_CACHE))
    blocks.set_cache_index_and_filter_blocks(True)
    blocks.set_bloom_filter(10, False)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_block_based_table_factory(blocks)
    options.set_db_write_buffer_size(MEMTABLES)
    options.set_write_buffer_size(MEMTABLES // 2)
    options.set_max_total_wal_size(WAL)
    options.set_max_open_files(OPEN_FILES)
    options.set_keep_log_file_num(2)
    options.set_max_log_file_size(1 << 20)
    return options


class RocksStores:
    """The database of this process, in the first folder below `root` that no other process holds.

    `identity` names the changelog that the states belong to. A store of another changelog, or one that cannot be read,
    is made anew; None trusts no store that is there. `join` gives what records of several owners of a key come to.
    """

    def __init__(self, root: Path, identity: str | None, join: Join) -> None:
        self._join = join
        self._copies: dict[int, RocksCopies] = {}
        for number in range(MOST_PROCESSES):
            self.folder = root / str(number)
            if self._open(identity):
                return
        raise UserError(f"NHIP766_DATA_DIR: {MOST_PROCESSES} processes hold the stores below {root}")

    def _open(self, identity: str | None) -> bool:
        """Open the folder; False if another process holds it."""
        reason = "it was found broken" if (self.folder / _BROKEN).exists() else None
        try:
            self._database = self._opened()
        except OSError as problem:
            raise UserError(f"NHIP766_DATA_DIR: cannot make {self.folder}: {problem.strerror}") from None
        except Exception as problem:  # noqa: BLE001  (rocksdict has no finer ones)
            if "/LOCK:" in str(problem):
                return False
            reason = str(problem)
        else:
            reason = reason or self._estranged(identity)
            if reason is not None:
                self._database.close()
        if reason is not None:
            log.warning("local store made anew from the changelog", folder=str(self.folder), reason=reason)
            shutil.rmtree(self.folder, ignore_errors=True)
            self._database = self._opened()
        if identity is not None:
            self._database.put(_IDENTITY, identity.encode())
        return True

    def _opened(self) -> Rdict:
        self.folder.mkdir(parents=True, exist_ok=True)
        return Rdict(str(self.folder), _options())

    def _estranged(self, identity: str | None) -> str | None:
        """Say why a store does not belong to this changelog; an empty one belongs to any."""
        if next(iter(self._database.keys()), None) is None:
            return None
        if identity is None:
            return "the broker gives topics no identity"
        held = self._database.get(_IDENTITY)
        return None if held == identity.encode() else "it belongs to another changelog"

    # ------------------------------------------------------------- partitions

    def copies(self, partition: int) -> StateCopies:
        """Return the states of a partition."""
        return self._open_copies(partition)

    def _open_copies(self, partition: int) -> RocksCopies:
        copies = self._copies.get(partition)
        if copies is None:
            copies = self._copies[partition] = RocksCopies(self, partition, self._join)
        return copies

    def held(self) -> Iterable[StateCopies]:
        """Return the partitions that are open."""
        return self._copies.values()

    def reached(self, partition: int) -> int | None:
        """Return how far the states of a partition reach."""
        return self._open_copies(partition).reached

    def keep(self, partitions: set[int]) -> None:
        """Close all other partitions; their states stay, so that only the tail is read when they come again."""
        for partition in self._copies.keys() - partitions:
            self._copies.pop(partition).close()

    def clear(self) -> None:
        """Forget every state of every partition."""
        self._copies.clear()
        self._database.delete_range(b"", _IDENTITY)

    def close(self) -> None:
        """Store how far every partition reaches, and close the database."""
        self.keep(set())
        self._database.close()

    # --------------------------------------------------------------- database

    def read(self, name: bytes) -> bytes | None:
        """Return what is stored under a name; a store that cannot be read is made anew at the next start."""
        try:
            found: bytes | None = self._database.get(name)
        except Exception:
            self._condemn()
            raise
        else:
            return found

    def write(self, batch: WriteBatch) -> None:
        """Write a batch, all or nothing."""
        self._database.write(batch)

    def names(self, first: bytes, after: bytes) -> Iterator[bytes]:
        """Give the names of a range, in order; rocksdict's own `keys()` ends without a word where a file is broken."""
        bounds = ReadOptions()
        bounds.set_iterate_upper_bound(after)
        try:
            cursor = self._database.iter(bounds)
            cursor.seek(first)
            while cursor.valid():
                yield cursor.key()
                cursor.next()
            cursor.status()
        except Exception:
            self._condemn()
            raise

    def _condemn(self) -> None:
        (self.folder / _BROKEN).touch()
