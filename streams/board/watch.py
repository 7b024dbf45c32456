"""One poller asks ClickHouse what has changed; any number of viewers hear of it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from streams.board.database import AwayError, Database
from streams.board.rankings import Key, Rankings, read_rankings
from streams.log import get_logger

PERIOD: Final = 0.25
"""Seconds between looks: an update is with the viewers within a second of its snapshot."""
AWAY_PERIOD: Final = 2.0
BEAT: Final = 15.0
"""Seconds after which a silent stream carries a comment, so that proxies keep it open."""
BACKLOG: Final = 64
"""Messages that a slow viewer may be behind before its stream ends; its browser connects again."""

log = get_logger(__name__)

_AHEAD: Final[ContextVar[Rankings | None]] = ContextVar("ahead", default=None)


@contextlib.contextmanager
def ahead(seen: Rankings) -> Iterator[None]:
    """Let tasks that begin within know what was seen before everybody does."""
    token = _AHEAD.set(seen)
    try:
        yield
    finally:
        _AHEAD.reset(token)


class Watch:
    """What was seen last, since when ClickHouse is away, and who wants to hear."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._seen = Rankings()
        self.away_since: datetime | None = None
        self.seen_at: datetime | None = None
        self.reason = ""
        self.looked_at = self._told_at = time.monotonic()
        self.prepare: Callable[[Rankings], Awaitable[None]] | None = None
        """Makes ready what viewers look at before they hear that it has changed."""

    @property
    def seen(self) -> Rankings:
        """What was seen last."""
        return _AHEAD.get() or self._seen

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            begun = time.monotonic()
            await self.look()
            if time.monotonic() - self._told_at >= BEAT:
                self._send(b": still here\n\n")
            pause = PERIOD if self.away_since is None else AWAY_PERIOD
            await asyncio.sleep(max(0.05, pause - (time.monotonic() - begun)))

    async def look(self) -> None:
        """Look once, and tell what is new."""
        self.looked_at = time.monotonic()
        before = self._seen
        try:
            seen = await self._database.ask(lambda reader: read_rankings(reader, before))
        except AwayError as problem:
            if self.away_since is None:
                self.away_since, self.reason = datetime.now(UTC), str(problem)
                log.warning("ClickHouse is away", reason=self.reason)
                self._tell("away", {"since": self.away_since.isoformat(timespec="seconds")})
            return
        if seen.version != before.version and self.away_since is None and self.prepare is not None:
            await self.prepare(seen)
        self._seen = seen
        self.seen_at = datetime.now(UTC)
        if self.away_since is not None:
            self.away_since = None
            log.info("ClickHouse is back")
            self._tell("back", {})
        changed = seen.changed_since(before)
        if changed:
            self._tell("changed", {"rankings": [list(key) for key in changed], **self._moment()})
        elif _second(seen) != _second(before):
            self._tell("moment", self._moment())

    async def messages(self, missed: Callable[[], Sequence[Key]]) -> AsyncIterator[bytes]:
        """Yield server-sent events until the viewer leaves, is too slow, or the board stops.

        `missed` returns rankings that have changed since the viewer looked at them, before the stream.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._listeners.add(queue)
        try:
            keys = [list(key) for key in missed()]
            if keys:
                first = _event("changed", {"rankings": keys, **self._moment()})
            else:
                first = _event("moment", self._moment())
            yield b"retry: 2000\n\n" + first
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every stream."""
        for queue in list(self._listeners):
            self._end(queue)

    def _tell(self, kind: str, content: dict[str, Any]) -> None:
        self._send(_event(kind, content))

    def _send(self, message: bytes) -> None:
        self._told_at = time.monotonic()
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
        reached = self._seen.reached_now
        return {"as_of": None if reached is None else reached.isoformat(timespec="milliseconds")}


def _second(seen: Rankings) -> int | None:
    return None if seen.reached_now is None else int(seen.reached_now.timestamp())


def _event(kind: str, content: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()
