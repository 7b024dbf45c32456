"""Pages 2 and 9 and their document: a unit, and the same on one A4 for its leader."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.choices import choices
from streams.board.documents.unit import UnitDocument, bars, find_unit_where, unit_document
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked
from streams.read.words import index_of

router = APIRouter()
Code = Annotated[str, Path(description="Code of the unit.", max_length=64)]
WORST = 8


@router.get(
    "/api/v1/units/{code}", response_model=UnitDocument, summary="A unit: groups, indicators, trend, past"
)
async def document(request: Request, code: Code, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Return a unit in a period, now or as it was."""
    board = board_of(request)
    where, _, units = await find_unit_where(board, code, said)
    return await answer_document(request, where.mark, lambda: unit_document(board, where, code, units))


@router.get("/units/{code}", include_in_schema=False)
async def page(
    request: Request, code: Code, said: Annotated[Asked, Depends(asked)], part: str | None = None
) -> Response:
    """Show a unit."""
    return await _page(request, code, said, "unit_live.html" if part == "live" else "unit.html")


@router.get("/units/{code}/report", include_in_schema=False)
async def report(request: Request, code: Code, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Show a unit on one A4."""
    return await _page(request, code, said, "report.html")


async def _page(request: Request, code: str, said: Asked, template: str) -> Response:
    board = board_of(request)
    where, known, units = await find_unit_where(board, code, said)

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        found = await unit_document(board, where, code, units)
        every = [one for group in found.groups for one in group.indicators]
        losing = sorted((one for one in every if one.lost > 0), key=lambda one: (-one.lost, one.code))
        return template, {
            "where": where,
            "stamp": found.stamp,
            "found": found,
            "known": known,
            "index": index_of(where.choice.formula),
            "choices": choices(board.watch.seen, where),
            "bars": bars,
            "losing": losing[:WORST],
        }

    return await answer_page(request, f"{where.mark}|{len(board.watch.seen.marks)}", make)
