"""One poller asks ClickHouse what has changed; any number of viewers hear of it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from streams.board.database import AwayError, Database
from streams.board.rankings import Key, Rankings, read_rankings
from streams.log import get_logger

PERIOD: Final = 0.5
"""Seconds between looks: an update is with the viewers within a second of its snapshot."""
AWAY_PERIOD: Final = 2.0
BEAT: Final = 15.0
"""Seconds after which a silent stream carries a comment, so that proxies keep it open."""
BACKLOG: Final = 64
"""Messages that a slow viewer may be behind before its stream ends; its browser connects again."""

log = get_logger(__name__)


class Watch:
    """What was seen last, since when ClickHouse is away, and who wants to hear."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self.seen = Rankings()
        self.away_since: datetime | None = None
        self.seen_at: datetime | None = None
        self.reason = ""
        self.looked_at = time.monotonic()
        self.prepare: Callable[[Rankings, Sequence[Key]], Awaitable[None]] | None = None
        """Reads what viewers look at before they hear that it has changed."""

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            begun = time.monotonic()
            await self.look()
            pause = PERIOD if self.away_since is None else AWAY_PERIOD
            await asyncio.sleep(max(0.05, pause - (time.monotonic() - begun)))

    async def look(self) -> None:
        """Look once, and tell what is new."""
        self.looked_at = time.monotonic()
        before = self.seen
        try:
            seen = await self._database.ask(lambda reader: read_rankings(reader, before))
            changed = seen.changed_since(before)
            if changed and self.prepare is not None:
                await self.prepare(seen, changed)
        except AwayError as problem:
            if self.away_since is None:
                self.away_since, self.reason = datetime.now(UTC), str(problem)
                log.warning("ClickHouse is away", reason=self.reason)
                self._tell("away", {"since": self.away_since.isoformat(timespec="seconds")})
            return
        self.seen = seen
        self.seen_at = datetime.now(UTC)
        if self.away_since is not None:
            self.away_since = None
            log.info("ClickHouse is back")
            self._tell("back", {})
        if changed:
            self._tell("changed", {"rankings": [list(key) for key in changed], **self._moment()})
        elif self.seen.reached != before.reached:
            self._tell("moment", self._moment())

    async def messages(self) -> AsyncIterator[bytes]:
        """Yield server-sent events until the viewer leaves, is too slow, or the board stops."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._listeners.add(queue)
        try:
            yield b"retry: 2000\n\n" + _event("moment", self._moment())
            while True:
                try:
                    message = await asyncio.wait_for(queue.get(), BEAT)
                except TimeoutError:
                    message = b": still here\n\n"
                if message is None:
                    return
                yield message
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every stream."""
        for queue in list(self._listeners):
            self._end(queue)

    def _tell(self, kind: str, content: dict[str, Any]) -> None:
        message = _event(kind, content)
        for queue in list(self._listeners):
            try:
                queue.put_nowait(message)
            except asyncio.QueueFull:
                self._end(queue)

    def _end(self, queue: "asyncio.Queue[bytes | None]") -> None:
        self._listeners.discard(queue)
        with contextlib.suppress(asyncio.QueueEmpty):
            while queue.full():
                queue.get_nowait()
        queue.put_nowait(None)

    def _moment(self) -> dict[str, Any]:
        reached = self.seen.reached
        return {"as_of": None if reached is None else reached.isoformat(timespec="milliseconds")}


def _event(kind: str, content: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()
