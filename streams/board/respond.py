"""How pages and documents are answered: ETag by the figures' marks, 304, bodies made once, the caller's language."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.datastructures import Headers

from streams.board.board import board_of
from streams.board.memory import Known, Question
from streams.board.rendered import takes_gzip
from streams.board.rendering import BUILD, Look, look_of, render

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
AWAY_SECONDS: Final = 5
"""While ClickHouse is away a page is made anew so often: it says for how long. All viewers load it when they hear."""

MakeDocument = Callable[[], Awaitable[BaseModel]]
MakePage = Callable[[Look], Awaitable[tuple[str, Mapping[str, Any]]]]


async def answer_document(
    request: Request, mark: str, make: MakeDocument, *, settled: bool = False
) -> Response:
    """Answer with a document of the API.

    `settled`: it depends on nothing but the address, these marks and which rankings there are. It is made anew only
    for other ones, and said again from memory; anything else is made anew whenever any ranking changes.
    """

    async def body() -> bytes:
        return (await make()).model_dump_json().encode()

    return await _answer(request, JSON, mark, body, settled=settled)


async def answer_page(
    request: Request, mark: str, make: MakePage, *, settled: bool = False, follows: str | None = None
) -> Response:
    """Answer with a page: `make` returns the template's name and its values; `settled`: as for a document.

    `follows`: the address that its script asks for when something has changed; it is made ready with the page.
    """
    look = look_of(request)

    async def body() -> bytes:
        template, values = await make(look)
        return render(request, look, template, values).encode()

    return await _answer(
        request, HTML, f"{mark}|{look.language}|{look.theme}", body, settled=settled, follows=follows
    )


async def _answer(
    request: Request,
    media_type: str,
    mark: str,
    make: Callable[[], Awaitable[bytes]],
    *,
    settled: bool,
    follows: str | None = None,
) -> Response:
    board = board_of(request)
    if board.watch.away_since is not None:
        slice_of_time = f"away {int(time.time()) // AWAY_SECONDS}"
        body = await board.rendered.get(
            _tag(request, f"{mark}|{slice_of_time}", settled=settled),
            make,
            lambda: board.watch.away_since is not None,
        )
        headers = {"cache-control": "no-store", "vary": "cookie"}
        return Response(body.plain, media_type=media_type, headers=headers)
    version, tag = board.watch.seen.version, _tag(request, mark, settled=settled)
    if _has(request.headers, tag):
        return _unchanged(tag)
    body = await board.rendered.get(tag, make, lambda: board.watch.away_since is None)
    known = Known(tag, media_type, body, request.scope["route"])
    if settled and board.watch.away_since is None:
        look = look_of(request)
        path, _, query = (follows or "").partition("?")
        known = known._replace(follows=Question(path, query.encode(), *look) if path else None)
        question = Question(request.scope["path"], request.scope["query_string"], *look)
        board.memory.keep(version, question, known, asked="prepared" not in request.scope)
    return answer_known(request.headers, known)


def answer_known(headers: Headers, known: Known) -> Response:
    """Answer to a request with these headers what is known: 304 where the caller has it already."""
    if _has(headers, known.tag):
        return _unchanged(known.tag)
    said = _headers(known.tag)
    if not takes_gzip(headers.get("accept-encoding", "")):
        return Response(known.body.plain, media_type=known.media_type, headers=said)
    said["content-encoding"] = "gzip"
    return Response(known.body.packed, media_type=known.media_type, headers=said)


def _has(headers: Headers, tag: str) -> bool:
    return tag in [one.strip() for one in headers.get("if-none-match", "").split(",")]


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers=_headers(tag))


def _headers(tag: str) -> dict[str, str]:
    return {"cache-control": "private, no-cache", "vary": "cookie, accept-encoding", "etag": tag}


def _tag(request: Request, mark: str, *, settled: bool) -> str:
    """Name everything that a body depends on: the address, the figures, how far they have come, this build."""
    seen = board_of(request).watch.seen
    others = str(len(seen.marks)) if settled else seen.digest
    parts = [request.url.path, request.url.query, mark, others, str(seen.reached), BUILD]
    return 'W/"' + hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest() + '"'
