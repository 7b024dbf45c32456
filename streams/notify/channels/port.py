"""The port that every channel fulfils; one contract suite holds all of them to it."""

from collections.abc import Sequence
from typing import Protocol

from streams.notify.notice import Letter, Notice


class Channel(Protocol):
    """Hands notices to the other side, and returns only when that has taken them.

    Every method raises `ChannelDownError` where the other side did not take it for now (away, an error of its own, no
    answer in time) and `RefusedError` where it read it and will never take it. No message of an error holds an address
    or a secret. Each is called by one thread.
    """

    def tell(self, notices: Sequence[Notice]) -> None:
        """Hand over notices; a channel that takes one at a time is given one."""

    def send_letter(self, letter: Letter) -> None:
        """Hand over a letter."""

    def close(self) -> None:
        """Give up what is held open."""
