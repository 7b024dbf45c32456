"""A seeded load without an end: events of every kind, some repeated, some late, about dossiers of the last months."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice

from schemas.events import Event, parse_event
from schemas.fast import encode
from tests.integration.pipeline_world import Mix, local, moved

BASE = local("2026-08-31 17:00")
"""The newest moment of the mix, which is then moved by whole days to the day before `now`."""


class Load:
    """Gives events; the same for the same seed and day."""

    def __init__(self, seed: int, now: datetime, dossiers: int = 60) -> None:
        self._seed = seed
        self._dossiers = dossiers
        self._by = timedelta(days=(now.date() - BASE.date()).days - 1)
        self._events = self._all()

    def take(self, number: int) -> list[Event]:
        """The next events."""
        return list(islice(self._events, number))

    def _all(self) -> Iterator[Event]:
        for turn in count():
            for one in Mix(self._seed + turn, self._dossiers, BASE).events():
                document = dict(moved(json.loads(encode(one)), self._by, BASE + self._by))
                yield parse_event(json.dumps(document).encode())
