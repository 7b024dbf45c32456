"""Which servers answer now: it says when one is away, once a minute for as long as it is, and when it is back."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from streams.log import get_logger

log = get_logger(__name__)

PAUSE: Final = 5.0
"""Seconds between two rounds."""
REMINDER: Final = 60.0
"""Seconds after which it is said again that a server is away."""


class ServerWatch:
    """Asks, in a thread of its own, every server whether it answers.

    `ask` are questions by the name of a server as people know it; a question takes seconds at most and raises nothing.
    """

    def __init__(
        self, ask: Mapping[str, Callable[[], bool]], *, pause: float = PAUSE, reminder: float = REMINDER
    ) -> None:
        self._ask = ask
        self._pause = pause
        self._reminder = reminder
        self._since: dict[str, float] = {}
        self._said: dict[str, float] = {}
        self._looking = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="server-watch", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a question under way."""
        self._closing.set()
        self._thread.join()

    def away(self) -> dict[str, float]:
        """Return the servers that did not answer when they were asked last, and for how many seconds by now."""
        now = time.monotonic()
        return {name: now - since for name, since in self._since.copy().items()}

    def away_now(self) -> str:
        """Ask now, and return the servers that do not answer, empty if all do."""
        self._look()
        return ", ".join(self.away())

    def _run(self) -> None:
        while not self._closing.wait(self._pause):
            self._look()

    def _look(self) -> None:
        with self._looking:
            for name, answers in self._ask.items():
                if answers():
                    self._note_back(name)
                else:
                    self._note_away(name, time.monotonic())

    def _note_back(self, name: str) -> None:
        since = self._since.pop(name, None)
        if since is not None:
            log.info("a server is back", server=name, away_seconds=round(time.monotonic() - since))

    def _note_away(self, name: str, now: float) -> None:
        since = self._since.setdefault(name, now)
        if since == now or now - self._said[name] >= self._reminder:
            self._said[name] = now
            log.warning(
                "a server is away: what needs it waits, and goes on when it is back",
                server=name,
                away_seconds=round(now - since),
            )
