"""Changes as they happen, and whether the board is well."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse

from streams.board.board import Board, board_of
from streams.board.database import AwayError
from streams.board.documents.failure import Health
from streams.board.errors import MalformedError, NotThereError
from streams.board.rankings import Key
from streams.board.where import Asked, asked

router = APIRouter()
MOST_VIEWERS = 2000


@router.get(
    "/api/v1/changes",
    summary="Server-sent events: which rankings have changed",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, 503: {}},
)
async def changes(
    request: Request,
    said: Annotated[Asked, Depends(asked)],
    mark: Annotated[
        str | None,
        Query(
            description="Of the figures that the caller has of this ranking (a page's `data-mark`).",
            max_length=100,
        ),
    ] = None,
) -> StreamingResponse:
    """Stream `moment`, `changed` (rankings as formula, level, period), `away` and `back`.

    With a ranking and the mark of the figures that the caller has, the first event is `changed` if there are others
    by now, else `moment`: no change is missed between a page and its stream.
    """
    board = board_of(request)
    watch = board.watch
    if watch.viewers >= MOST_VIEWERS:
        return StreamingResponse(iter(()), 503, {"retry-after": "30"})
    return StreamingResponse(
        watch.messages(lambda: _missed(board, said, mark)),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def _missed(board: Board, said: Asked, mark: str | None) -> list[Key]:
    if mark is None:
        return []
    try:
        where = board.where(said)
    except (NotThereError, MalformedError, AwayError):
        return []
    return [] if where.mark == mark else [where.choice]


@router.get(
    "/healthz",
    summary="Whether the board is up, and whether ClickHouse answers it",
    response_model=Health,
    responses={503: {"model": Health, "description": "ClickHouse is away"}},
)
async def healthz(request: Request) -> JSONResponse:
    """Return 200 while ClickHouse answers, 503 while it is away (the board then shows the last figures)."""
    watch = board_of(request).watch
    away = watch.away_since
    document = {
        "clickhouse": "away" if away else "answers",
        "away_since": None if away is None else away.isoformat(timespec="seconds"),
        "seen_at": None if watch.seen_at is None else watch.seen_at.isoformat(timespec="milliseconds"),
        "viewers": watch.viewers,
    }
    return JSONResponse(document, 503 if away else 200, {"cache-control": "no-store"})
