"""How pages and documents are answered: ETag by the figures' marks, 304, bodies made once, the caller's language."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from streams.board.board import board_of
from streams.board.rendering import BUILD, Look, look_of, render

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

MakeDocument = Callable[[], Awaitable[BaseModel]]
MakePage = Callable[[Look], Awaitable[tuple[str, Mapping[str, Any]]]]


async def answer_document(request: Request, mark: str, make: MakeDocument) -> Response:
    """Answer with a document of the API."""

    async def body() -> bytes:
        return (await make()).model_dump_json().encode()

    return await _answer(request, JSON, mark, body)


async def answer_page(request: Request, mark: str, make: MakePage) -> Response:
    """Answer with a page: `make` returns the template's name and its values."""
    look = look_of(request)

    async def body() -> bytes:
        template, values = await make(look)
        return render(request, look, template, values).encode()

    return await _answer(request, HTML, f"{mark}|{look.language}|{look.theme}", body)


async def _answer(
    request: Request, media_type: str, mark: str, make: Callable[[], Awaitable[bytes]]
) -> Response:
    board = board_of(request)
    headers = {"cache-control": "private, no-cache", "vary": "cookie"}
    if board.watch.away_since is not None:
        return Response(await make(), media_type=media_type, headers=headers | {"cache-control": "no-store"})
    tag = _tag(request, mark)
    headers["etag"] = tag
    if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    body = await board.rendered.get(tag, make, lambda: board.watch.away_since is None)
    return Response(body, media_type=media_type, headers=headers)


def _tag(request: Request, mark: str) -> str:
    """Name everything that a body depends on: the address, the figures, how far they have come, this build."""
    reached = board_of(request).watch.seen.reached
    parts = [request.url.path, request.url.query, mark, str(reached), BUILD]
    return 'W/"' + hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest() + '"'
