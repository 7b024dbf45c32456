"""ClickHouse behind a small port: questions are functions of a `Reader`, asked in threads, each with its own client."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from streams.errors import UserError
from streams.read.reader import Reader
from streams.settings import Settings

T = TypeVar("T")

PATIENCE: Final = 10.0
"""Seconds that a question may take before the board calls ClickHouse away."""


class AwayError(Exception):
    """ClickHouse does not answer, or not in time; the message is one line for an operator."""


class Database:
    """Asks with a few threads; close it when the board stops."""

    def __init__(self, settings: Settings, threads: int = 4) -> None:
        self._settings = settings
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="clickhouse")

    async def ask(self, question: Callable[[Reader], T], patience: float = PATIENCE) -> T:
        """Return the answer; raises AwayError, also where it takes longer than `patience` (seconds)."""
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._pool, self._asked, question), patience)
        except UserError as problem:
            raise AwayError(str(problem)) from None
        except TimeoutError:
            raise AwayError(f"ClickHouse does not answer within {patience:.0f} s") from None

    def close(self) -> None:
        """Let the threads end; a question still asked is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _asked(self, question: Callable[[Reader], T]) -> T:
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = Reader(self._settings)
        return question(reader)
