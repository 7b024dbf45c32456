"""What the ends of a kept process mean: how soon it is started again, and when it is given up.

A process that ends because a server is away, or that somebody else killed, could not help it: it is started again for
as long as that lasts. One that ends again and again for a reason of its own would go on like that, and is given up.
"""

import signal
from typing import Final, NamedTuple

from streams.errors import SERVER_AWAY, STOPPED_FOR_GOOD, StoppedForGoodError, UserError

FIRST_PAUSE: Final = 1.0
LAST_PAUSE: Final = 30.0
"""Seconds before a process that fell is started again: doubled each time, from the first to the last."""

LAST_AWAY_PAUSE: Final = 10.0
"""The last one while a server is away: a process that was started then waits for the server itself."""

STEADY_SECONDS: Final = 60.0
"""A process that ran for so long has not failed repeatedly: its count begins anew."""

FAILURES: Final = 5
"""Falls in a row, for a reason of its own, after which a process is given up."""

LARGEST_EXIT_CODE: Final = 128
"""A guardian's exit code above it is 256 less the signal that killed its server."""

FROM_OUTSIDE: Final = frozenset({signal.SIGKILL, signal.SIGTERM})
"""Signals that somebody else sends: a person, or a machine without memory."""

QUOTE: Final = 300
"""Most characters of last words that are repeated."""


class End(NamedTuple):
    """How a process ended: its guardian's exit code, its last line, the seconds it ran, and which server was away then.

    `away` is empty if every server answered.
    """

    code: int
    last_words: str
    seconds: float
    away: str = ""

    @property
    def signal(self) -> int:
        """The signal that killed it, or its guardian; 0 if none did."""
        if self.code < 0:
            return -self.code
        return 256 - self.code if self.code > LARGEST_EXIT_CODE else 0

    @property
    def how(self) -> str:
        """Say it in words."""
        return f"killed by signal {self.signal}" if self.signal else f"exit code {self.code}"

    @property
    def said(self) -> str:
        """Return its last words, not too many."""
        return self.last_words[:QUOTE] or "it said nothing"

    @property
    def is_excused(self) -> bool:
        """Tell whether it could not help it: a server was away, or somebody else ended it, in good order or not."""
        return self.code in {0, SERVER_AWAY} or bool(self.away) or self.signal in FROM_OUTSIDE


class Falls:
    """The falls of one process, in their order."""

    def __init__(self, first_pause: float = FIRST_PAUSE) -> None:
        self._first_pause = first_pause
        self._in_a_row = 0
        self._own = 0

    def note(self, name: str, end: End) -> float:
        """Return the seconds after which it is started again.

        Raises UserError if it fell too often for a reason of its own, StoppedForGoodError if it says that a person is
        needed.
        """
        if end.code == STOPPED_FOR_GOOD:
            raise StoppedForGoodError(end.said.removeprefix("error: "))
        if end.seconds > STEADY_SECONDS:
            self._in_a_row = self._own = 0
        self._in_a_row += 1
        self._own = 0 if end.is_excused else self._own + 1
        if self._own >= FAILURES:
            raise UserError(f"{name} ended {FAILURES} times in a row ({end.how}): {end.said}")
        longest = LAST_AWAY_PAUSE if end.is_excused else LAST_PAUSE
        return min(self._first_pause * 2.0 ** min(self._in_a_row - 1, 30), longest)
