"""How far behind a worker is, and what it puts off until it has caught up.

Work that is done once for many events costs little once the events are read: a dossier is evaluated and written once,
not at every step of its life. And what unread events are about to say makes no false alarm. So behind a long backlog
tallies are published at one of many beats, rows of dossiers wait, and no alert is judged.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

LONG: Final = 10_000
"""Events that wait, from which on a backlog is long: about half a second's work."""
BEATS: Final = 30
"""Behind a long backlog, one beat of so many publishes."""
MOST_PENDING: Final = 300_000
"""Changed dossiers that wait for their evaluation; more of them are published at the next beat."""

ASLEEP: Final = 5.0
"""Seconds that no look is late by unless the process was stopped; others may own its partitions since."""


class Backlog:
    """What was seen at the last look: nothing yet. `clock` is a steady one, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.is_long = False
        self._clock = clock
        self._looked_at = clock()
        self._waiting: Mapping[int, int] = {}
        self._beats = 0

    def look(self, waiting: Mapping[int, int], pending: int, overslept: float = 0.0) -> bool:
        """Take how many events wait by partition, and how many dossiers have changed; tell whether to publish now.

        A look that comes `overslept` seconds late knows nothing of what waits: it is told by a broker that does not
        answer yet, and perhaps of partitions that are lost.
        """
        self._looked_at = self._clock()
        self._waiting = {} if overslept > ASLEEP else waiting
        self.is_long = sum(waiting.values()) > LONG
        self._beats += 1
        if self.is_long and self._beats < BEATS and pending < MOST_PENDING:
            return False
        self._beats = 0
        return True

    def is_behind(self, number: int) -> bool:
        """Tell whether events of a partition may be unread that it had better know; so it is before its first look.

        So it is, too, when the last look is long ago: who was stopped in between must look again.
        """
        if number not in self._waiting or self._clock() - self._looked_at > ASLEEP:
            return True
        return self.is_long and self._waiting[number] > 0
