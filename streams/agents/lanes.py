"""Batches of several partitions at once, those of one partition one after the other.

While the broker acknowledges one batch, others are worked on: an agent that awaited each before the next would be idle
for a third of the time.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

AT_ONCE: Final = 4
"""Batches in work or waiting for their turn: enough to bridge an acknowledgement.

All are in memory, and all are ended before a revocation is answered."""


class Lanes:
    """For one agent; its event loop is the running one."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._lanes: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()

    async def room(self) -> None:
        """Wait for room, and take it: what follows at once is `put`."""
        await self._free.acquire()

    def put(self, number: int, work: Callable[[], Awaitable[None]]) -> None:
        """Begin `work` of a partition when all earlier work of it is done.

        `work` raises nothing: what fails in it is its own business.
        """
        task = asyncio.create_task(self._run(number, work))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _run(self, number: int, work: Callable[[], Awaitable[None]]) -> None:
        async with self._lanes[number]:
            await work()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()

    def under_way(self) -> tuple[asyncio.Task[None], ...]:
        """Return what is not done: for the end, which cancels it."""
        return tuple(self._tasks)
