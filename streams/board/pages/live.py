"""Changes as they happen, and whether the board is well."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse

from streams.board.board import board_of
from streams.board.documents.failure import Health

router = APIRouter()
MOST_VIEWERS = 2000


@router.get(
    "/api/v1/changes",
    summary="Server-sent events: which rankings have changed",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, 503: {}},
)
async def changes(request: Request) -> StreamingResponse:
    """Stream `moment`, `changed` (rankings as formula, level, period), `away` and `back`."""
    watch = board_of(request).watch
    if watch.viewers >= MOST_VIEWERS:
        return StreamingResponse(iter(()), 503, {"retry-after": "30"})
    return StreamingResponse(
        watch.messages(),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


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
