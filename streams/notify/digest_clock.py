"""When digests are made: once each working morning, or as soon after as notify and ClickHouse are there."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from streams.core.periods import date_of, day_start, local_day
from streams.errors import UserError
from streams.log import get_logger
from streams.notify import routing_model
from streams.notify.digest import OpenAlert, make_digest
from streams.notify.digest_pages import digest_letter
from streams.notify.digest_words import Naming
from streams.notify.matching import unit_fits
from streams.notify.names import Names
from streams.notify.notice import Letter

LOOK_SECONDS: Final = 20.0
MINUTE_MS: Final = 60_000
LAST_MINUTE: Final = 17 * 60
"""Minute of the day after which a digest that was missed is not made any more: the next morning says it."""

log = get_logger(__name__)


class DigestClock:
    """Makes the digests of a day from `start` to `stop`.

    Args:
        described: when, of which units, for which channels.
        read: gives the alerts open at a moment (epoch ms), by unit; UserError where it cannot.
        names: of units and procedures, and the working days.
        owe: notes a letter for channels; one of the same key only once.
        clock: gives epoch ms.
    """

    def __init__(
        self,
        described: routing_model.Digest,
        read: Callable[[int], Mapping[str, Sequence[OpenAlert]]],
        names: Names,
        owe: Callable[[Letter, Sequence[str]], None],
        clock: Callable[[], int],
    ) -> None:
        self._described = described
        self._read = read
        self._names = names
        self._owe = owe
        self._clock = clock
        self._done: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="digests", daemon=True)

    def start(self) -> None:
        """Begin to look at the clock."""
        self._thread.start()

    def stop(self) -> None:
        """Look at it no more."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Make the digests of today, if it is time and they are not made; raises UserError if they cannot be."""
        now = self._clock()
        day = local_day(now)
        minute = (now - day_start(day)) // MINUTE_MS
        if self._done == day or not self._described.minute <= minute < LAST_MINUTE:
            return
        if self._names.calendar().is_working_day(date_of(day)):
            self._make(day_start(day) + self._described.minute * MINUTE_MS)
        self._done = day

    def _make(self, as_of: int) -> None:
        alerts = self._read(as_of)
        naming = Naming(self._names.unit, self._names.procedure)
        for unit, channels in sorted(self._wanted(alerts).items()):
            digest = make_digest(unit, alerts.get(unit, ()), as_of, self._names.calendar())
            self._owe(digest_letter(digest, naming), channels)
        log.info("digests made", units=len(self._wanted(alerts)))

    def _wanted(self, units: Mapping[str, object]) -> dict[str, list[str]]:
        """Channels by unit: units that a route names, and those of its patterns that have something to read."""
        wanted: dict[str, list[str]] = {}
        for route in self._described.routes:
            named = [pattern for pattern in route.units if not pattern.endswith("*")]
            for unit in {*named, *(unit for unit in units if unit_fits(unit, route.units))}:
                known = wanted.setdefault(unit, [])
                known += [channel for channel in route.channels if channel not in known]
        return wanted

    def _run(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = LOOK_SECONDS
            try:
                self.look()
            except UserError as problem:
                log.warning("digests cannot be made yet", said=str(problem))
