"""Answers kept as long as the figures behind them are the same; while ClickHouse is away, the last one known."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from streams.board.database import PATIENCE, AwayError, Database
from streams.board.watch import Watch
from streams.read.reader import Reader

T = TypeVar("T")

KEPT: Final = 192
"""Answers kept of each kind of question: however many dossiers are looked at, rankings stay."""


class Answer(NamedTuple, Generic[T]):
    """A value, when it was read, and whether ClickHouse was away when newer figures were asked for."""

    value: T
    read_at: datetime
    stale: bool


class _Kept(NamedTuple):
    mark: str
    version: int
    value: Any
    read_at: datetime


class Answers:
    """A cache of the newest answers; questions that are the same at the same time are asked once."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._kept: defaultdict[Hashable, OrderedDict[Hashable, _Kept]] = defaultdict(OrderedDict)
        self._asked: dict[tuple[Hashable, str], asyncio.Future[_Kept]] = {}

    async def get(
        self, key: Hashable, mark: str, question: Callable[[Reader], T], patience: float = PATIENCE
    ) -> Answer[T]:
        """Return the answer to a question of this key for these marks; raises AwayError if there is none.

        `mark` names the figures: the same mark, the same answer. One that was made ready for what is seen next is
        newer than asked for, and good, too. ClickHouse is called away after `patience` seconds.
        """
        kind = self._kept[_kind(key)]
        kept = kind.get(key)
        if kept is not None and (kept.mark == mark or kept.version > self._watch.seen.version):
            kind.move_to_end(key)
            return Answer(cast("T", kept.value), kept.read_at, stale=self._watch.away_since is not None)
        try:
            fresh = await self._ask_once(key, mark, question, patience)
        except AwayError:
            if kept is None:
                raise
            return Answer(cast("T", kept.value), kept.read_at, stale=True)
        return Answer(cast("T", fresh.value), fresh.read_at, stale=False)

    async def _ask_once(
        self, key: Hashable, mark: str, question: Callable[[Reader], T], patience: float
    ) -> _Kept:
        running = self._asked.get((key, mark))
        if running is None:
            running = asyncio.ensure_future(self._ask(key, mark, question, patience))
            self._asked[key, mark] = running
            running.add_done_callback(lambda _: self._asked.pop((key, mark), None))
        return await asyncio.shield(running)

    async def _ask(self, key: Hashable, mark: str, question: Callable[[Reader], T], patience: float) -> _Kept:
        if self._watch.away_since is not None:
            raise AwayError(self._watch.reason)
        version = self._watch.seen.version
        kept = _Kept(mark, version, await self._database.ask(question, patience), datetime.now(UTC))
        kind = self._kept[_kind(key)]
        kind[key] = kept
        kind.move_to_end(key)
        while len(kind) > KEPT:
            kind.popitem(last=False)
        return kept


def _kind(key: Hashable) -> Hashable:
    """Return what a question is about: the first word of its key."""
    return key[0] if isinstance(key, tuple) else key
