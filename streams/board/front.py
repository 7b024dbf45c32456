"""The layer in front of the routes: it answers from memory, and has ready what viewers will ask for next."""

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.board.board import Board
from streams.board.memory import Question
from streams.board.rankings import Rankings
from streams.board.rendering import look_of
from streams.board.respond import answer_known
from streams.board.watch import ahead
from streams.log import get_logger

PREPARED: Final = 4
"""Answers made anew before viewers hear of a change; the others are made when somebody asks."""
PATIENCE: Final = 1.0
"""Seconds that viewers wait at most to hear of a change until their answers are ready."""

log = get_logger(__name__)


class Front:
    """Inside of the guard: who may not ask, or asks too often, gets nothing from memory either."""

    def __init__(self, app: ASGIApp, board: Board) -> None:
        self._app = app
        self._board = board
        self._application: Any = None
        board.watch.prepare = self.prepare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the request through."""
        if scope["type"] == "http" and scope["method"] == "GET":
            self._application = scope["app"]
            request, watch = Request(scope), self._board.watch
            question = Question(scope["path"], scope["query_string"], *look_of(request))
            known = self._board.memory.find(watch.seen.version, question)
            if known is not None and watch.away_since is None:
                scope["route"] = known.route
                await answer_known(request.headers, known)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def prepare(self, seen: Rankings) -> None:
        """Make anew what is asked most, from what was seen and is not told yet; meanwhile the old answers hold."""
        questions = self._board.memory.most_asked(PREPARED)
        if not questions:
            return
        with ahead(seen):
            made = [asyncio.create_task(self._ask(question)) for question in questions]
        done, _ = await asyncio.wait(made, timeout=PATIENCE)
        for problem in filter(None, (task.exception() for task in done)):
            log.error("an answer could not be prepared", problem=repr(problem))

    async def _ask(self, question: Question) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "root_path": "",
            "path": question.path,
            "raw_path": question.path.encode(),
            "query_string": question.query,
            "headers": [(b"cookie", f"lang={question.language}; theme={question.theme}".encode())],
            "client": None,
            "server": None,
            "app": self._application,
            "prepared": True,
        }
        await self._app(scope, _nothing_more, _to_nobody)


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _to_nobody(_: Message) -> None:
    pass
