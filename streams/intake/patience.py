"""Waiting, visibly and not for ever, for a Kafka that is not there yet."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from kafka.errors import KafkaError

from streams.errors import UserError

T = TypeVar("T")

PATIENCE_SECONDS = 15.0
ATTEMPT_MS = 3000
PAUSE_SECONDS = 1.0


def say_on_stderr(line: str) -> None:
    """Show a line of progress where it does not mix with a program's output."""
    print(line, file=sys.stderr, flush=True)


def patiently(
    attempt: Callable[[], T],
    address: str,
    *,
    seconds: float = PATIENCE_SECONDS,
    pause: float = PAUSE_SECONDS,
    say: Callable[[str], None] = say_on_stderr,
) -> T:
    """The result of `attempt`, tried again while Kafka does not answer.

    Raises:
        UserError: Kafka did not answer within `seconds`; one line with the address.
    """
    deadline = time.monotonic() + seconds
    with _quiet_client():
        while True:
            try:
                return attempt()
            except (KafkaError, OSError) as problem:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise UserError(
                        f"Kafka at {address} does not answer ({type(problem).__name__}); "
                        "is it running, and is NHIP766_KAFKA right?"
                    ) from problem
                say(f"Kafka at {address} does not answer yet; trying for {left:.0f} s more")
                time.sleep(min(pause, left))  # another process is polled: it has no event to await


@contextmanager
def _quiet_client() -> Iterator[None]:
    """Keep the client's own log of failed connections out of sight: we say it in one line."""
    log = logging.getLogger("kafka")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
