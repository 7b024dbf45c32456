"""Waiting until the worker has done everything up to a fixed end of the log, and said so."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from streams.audit.live import facts_reached
from streams.audit.log import Log
from streams.core.periods import moment
from streams.errors import UserError
from streams.read.progress import reached
from streams.read.reader import Reader
from streams.settings import Settings

PAUSE: Final = 0.2

Positions = Mapping[int, int]


class CatchingUp:
    """Asks again until an answer is far enough; gives up with words after `patience` seconds without progress."""

    def __init__(self, settings: Settings, log: Log, reader: Reader, epoch: int, patience: float) -> None:
        self._settings = settings
        self._log = log
        self._reader = reader
        self._epoch = epoch
        self._patience = patience

    def facts(self, ends: Positions) -> None:
        """Return when all events before the ends are committed and their rows in ClickHouse."""
        self._await("the committed offsets", lambda: _behind(self._log.committed(), ends))
        self._await("the rows of dossiers", lambda: _behind(self._stored(), ends))

    def scores(self, at: int) -> int:
        """Return the moment (ms) that all scores have reached, once it is not before `at`."""
        self._await("the scores", lambda: max(0, at - (self._reached() or 0)))
        return self._reached() or 0

    def _stored(self) -> dict[int, int]:
        found = facts_reached(self._reader, self._epoch, self._log.events)
        return {number: offset + 1 for number, offset in found.items()}

    def _reached(self) -> int | None:
        at = reached(self._reader, self._settings)
        return None if at is None else moment(at)

    def _await(self, what: str, behind: Callable[[], int]) -> None:
        left, until = behind(), time.monotonic() + self._patience
        while left:
            if time.monotonic() > until:
                unit = "ms" if what == "the scores" else "events"
                raise UserError(
                    f"{what} stay {left} {unit} behind the end of the log: is a worker running, and well?"
                )
            time.sleep(PAUSE)  # another process is polled: it has no event to await
            before, left = left, behind()
            if left < before:
                until = time.monotonic() + self._patience


def _behind(done: Positions, ends: Positions) -> int:
    return sum(max(0, end - done.get(number, 0)) for number, end in ends.items())
