"""The state of notify: one SQLite file, safe against a kill at any moment, held by one process at a time."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import IO, Final

from streams.errors import UserError

BUSY_SECONDS: Final = 60.0


class Database:
    """Opens connections, one per thread; holds the file's lock for as long as it lives.

    Raises UserError if the folder cannot be written or another process of this machine holds the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = _take(path)
        with self.connection() as connection:
            connection.executescript((files("streams.notify") / "store.sql").read_text("utf-8"))

    def connect(self) -> sqlite3.Connection:
        """Return a connection for the thread that asks; what is committed has reached the disk."""
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for the length of a block."""
        connection = self.connect()
        try:
            yield connection
        finally:
            connection.close()

    def close(self) -> None:
        """Give the file up."""
        self._lock.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of a block or nothing of it; the right to write is taken at once, so that nobody's reading grows old."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _take(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_suffix(".lock").open("wb")
    except OSError as problem:
        raise UserError(f"{path.parent}: cannot be written ({problem.strerror})") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise UserError(f"{path} is held by another nhip766 notify: one is enough") from None
    return lock
