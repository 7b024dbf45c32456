"""Page 6 and its document: ranks through a period."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.bump import bump, turns
from streams.board.choices import choices
from streams.board.documents.race import RaceDocument, race_document
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked

router = APIRouter()
Most = Annotated[int, Query(description="Units shown, the first ones.", ge=2, le=40)]


@router.get("/api/v1/race", response_model=RaceDocument, summary="Ranks through a period, day by day")
async def document(request: Request, said: Annotated[Asked, Depends(asked)], most: Most = 12) -> Response:
    """Return the race of a ranking's first units."""
    board = board_of(request)
    where = board.where(said)
    return await answer_document(request, where.mark, lambda: race_document(board, where, most))


@router.get("/race", include_in_schema=False)
async def page(
    request: Request,
    said: Annotated[Asked, Depends(asked)],
    most: Most = 12,
    part: Annotated[str | None, Query(max_length=16)] = None,
) -> Response:
    """Show the race."""
    board = board_of(request)
    where = board.where(said)

    async def make(look: Look) -> tuple[str, dict[str, Any]]:
        found = await race_document(board, where, most)
        return "race_live.html" if part == "live" else "race.html", {
            "where": where,
            "stamp": found.stamp,
            "found": found,
            "most": most,
            "choices": choices(board.watch.seen, where),
            "chart": bump(found, look.language),
            "turns": sorted({*turns(found), len(found.days) - 1}) if found.days else [],
        }

    return await answer_page(request, where.mark, make, settled=True)
