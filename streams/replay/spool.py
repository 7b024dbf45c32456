"""A replay's own file: its events in the order in which they were recorded, and how far they were sent.

Sorting is what makes one event with a wrong year harmless: it comes before the first tick after it, and moves nothing
else. The file is SQLite; what a replay says it did is written after Kafka acknowledged it, so a replay that is killed
goes on from there and at worst sends a piece again, which changes nothing.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from streams.errors import UserError

PIECE: Final = 20_000


class Spooled(NamedTuple):
    """One event: when it was recorded (epoch ms), its key and its bytes; `number` is its place among equals."""

    at: int
    number: int
    key: bytes
    raw: bytes


class Spool:
    """The file of one replay; use as a context manager. Raises UserError if it cannot be used."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute("CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, said TEXT)")
        except (OSError, sqlite3.Error) as problem:
            raise UserError(f"{path}: {problem}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    # ------------------------------------------------------------------ notes

    def note(self, **said: Any) -> None:
        """Remember values under names, all or none."""
        rows = [(name, json.dumps(value)) for name, value in said.items()]
        with _Transaction(self._file):
            self._file.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", rows)

    def noted(self, name: str, otherwise: Any = None) -> Any:
        """Return what was remembered under a name."""
        found = self._file.execute("SELECT said FROM notes WHERE name = ?", (name,)).fetchone()
        return otherwise if found is None else json.loads(found[0])

    # ----------------------------------------------------------------- events

    def fill(self, events: Iterable[tuple[int, bytes, bytes]]) -> int:
        """Take (recorded at, key, bytes) of all events, in place of what a fill that was cut short left."""
        self._file.execute("DROP TABLE IF EXISTS events")
        self._file.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, at INTEGER, key BLOB, raw BLOB)")
        several, count = iter(events), 0
        while piece := list(islice(several, PIECE)):
            with _Transaction(self._file):
                self._file.executemany("INSERT INTO events (at, key, raw) VALUES (?, ?, ?)", piece)
            count += len(piece)
        self._file.execute("CREATE INDEX by_time ON events (at, number)")
        return count

    def after(self, at: int, number: int) -> Iterator[Spooled]:
        """Give the events after a place, in their order."""
        rows = self._file.execute(
            "SELECT at, number, key, raw FROM events WHERE (at, number) > (?, ?) ORDER BY at, number",
            (at, number),
        )
        yield from map(Spooled._make, rows)

    def first_at(self) -> int | None:
        """Return when the first event was recorded, None if there is none."""
        found: int | None = self._file.execute("SELECT min(at) FROM events").fetchone()[0]
        return found

    def empty(self) -> None:
        """Let go of the events; the notes stay."""
        self._file.execute("DROP TABLE events")
        self._file.execute("VACUUM")


class _Transaction:
    """All or nothing, committed at the end of the block."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def __enter__(self) -> None:
        self._file.execute("BEGIN")

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.execute("COMMIT" if kind is None else "ROLLBACK")
