"""What a running board consists of, and how a request gets at it."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import Request

from streams.board.answers import Answers
from streams.board.database import AwayError, Database
from streams.board.documents.ranking import ranking_key
from streams.board.errors import NotThereError
from streams.board.rankings import Key, Rankings
from streams.board.watch import Watch
from streams.board.where import Asked, Where, find_where
from streams.read.choice import Choice
from streams.read.ranking import find_ranking
from streams.settings import Settings

RENDERED: Final = 256
PREPARED: Final = 4
"""Rankings read anew before viewers hear of a change; the others are read when somebody asks."""


class Rendered:
    """Bodies made before, by ETag: two hundred viewers of one change cost one page, even when all ask at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._made: dict[str, asyncio.Future[bytes]] = {}

    async def get(self, tag: str, make: Callable[[], Awaitable[bytes]], keep: Callable[[], bool]) -> bytes:
        """Return the body of an ETag, made now if need be; `keep` tells, once it is made, whether to keep it."""
        body = self._kept.get(tag)
        if body is not None:
            self._kept.move_to_end(tag)
            return body
        making = self._made.get(tag)
        if making is None:
            making = asyncio.ensure_future(self._make(tag, make, keep))
            self._made[tag] = making
            making.add_done_callback(lambda _: self._made.pop(tag, None))
        return await asyncio.shield(making)

    async def _make(self, tag: str, make: Callable[[], Awaitable[bytes]], keep: Callable[[], bool]) -> bytes:
        body = await make()
        if keep():
            self._kept[tag] = body
            while len(self._kept) > RENDERED:
                self._kept.popitem(last=False)
        return body


class Board:
    """All parts of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self._watching = Database(settings, threads=1)
        self.watch = Watch(self._watching)
        self.answers = Answers(self.database, self.watch)
        self.rendered = Rendered()
        self.watch.prepare = self._prepare

    def close(self) -> None:
        """Let go of ClickHouse."""
        self.watch.close()
        self.database.close()
        self._watching.close()

    async def _prepare(self, seen: Rankings, changed: Sequence[Key]) -> None:
        """Read changed rankings that were looked at lately, so that no viewer waits for ClickHouse."""
        wanted = [key for key in changed if self.answers.wanted(ranking_key(Choice(*key)))]
        await asyncio.gather(*(self._refresh(seen, key) for key in wanted[:PREPARED]))

    async def _refresh(self, seen: Rankings, key: Key) -> None:
        formula, level, period = key
        with contextlib.suppress(NotThereError):  # then whoever asks for it hears so
            where = find_where(seen, formula, Asked(level=level, period=period, formula=formula))
            await self.answers.refresh(
                ranking_key(where.choice), where.mark, lambda reader: find_ranking(reader, where.choice)
            )

    def seen(self) -> Rankings:
        """Return which rankings there are; raises AwayError if ClickHouse was never seen and is away."""
        if self.watch.away_since is not None and not self.watch.seen.found:
            raise AwayError(self.watch.reason)
        return self.watch.seen

    def where(self, said: Asked) -> Where:
        """Return the ranking that a request means; raises MalformedError, NotThereError or AwayError."""
        return find_where(self.seen(), self.settings.formula, said)


def board_of(request: Request) -> Board:
    """Return the board that answers a request."""
    board: Board = request.app.state.board
    return board
