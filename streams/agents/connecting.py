"""Kafka that is not there: waiting for it at a start, and telling its absence from other failures."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiokafka.errors import KafkaError, KafkaTimeoutError

from streams.errors import ServerAwayError
from streams.log import get_logger, quiet

log = get_logger(__name__)

CONNECT_PATIENCE: Final = 30.0
"""Seconds a start waits for Kafka."""
PAUSE: Final = 1.0
"""Seconds between two attempts."""
SAID_EVERY: Final = 10
"""Attempts of which one is told."""


def is_away(problem: BaseException) -> bool:
    """Tell whether a failure says that Kafka did not answer, or cannot do its work now."""
    return isinstance(problem, TimeoutError | KafkaTimeoutError) or (
        isinstance(problem, KafkaError) and problem.retriable
    )


async def connect_patiently(
    connect: Callable[[], Awaitable[None]], address: str, stopping: asyncio.Event
) -> None:
    """Try again with a visible message while Kafka does not answer.

    Raises ServerAwayError when its patience is over or `stopping` is set, and what `connect` raises for another reason.
    """
    clock = asyncio.get_running_loop().time
    until, attempts = clock() + CONNECT_PATIENCE, 0
    while True:
        try:
            with quiet("aiokafka"):
                return await connect()
        except (KafkaError, TimeoutError) as problem:
            if not is_away(problem):
                raise
            if clock() >= until or stopping.is_set():
                raise ServerAwayError(
                    f"NHIP766_KAFKA: no Kafka at {address}; start it, or give its address"
                ) from None
            if attempts % SAID_EVERY == 0:
                log.warning("Kafka does not answer yet, trying again", address=address)
            attempts += 1
            await asyncio.sleep(PAUSE)
