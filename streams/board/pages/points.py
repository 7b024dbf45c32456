"""Page 3 and its documents: where the points of a unit are, and what-if by the real scorer."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from streams.board.documents.insight import PointsDocument, WhatIfDocument
from streams.board.errors import MalformedError
from streams.board.pages.insight import UnitWhere, ask, unit_where
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked
from streams.errors import UserError
from streams.insight.documents import Document, card_document, opportunities_document
from streams.insight.gains import Opportunities, read_opportunities, rescored
from streams.insight.words import advice, how

router = APIRouter()
Code = Annotated[str, Path(description="Code of the unit.", max_length=64)]
WORK: Final = 8
CHANGE: Final = "w."
"""What the parameter of a changed counter begins with: `w.digitized=40`."""


@router.get(
    "/api/v1/units/{code}/points", response_model=PointsDocument, summary="Where the points of a unit are"
)
async def document(request: Request, code: Code, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Return each indicator in which a unit can gain, what is needed, whom to learn from, what to work on."""
    at = await unit_where(request, code, said)

    async def make() -> PointsDocument:
        found, _ = await _opportunities(at)
        return PointsDocument.model_validate(opportunities_document(found))

    return await answer_document(request, at.mark, make)


@router.get("/api/v1/units/{code}/what-if", response_model=WhatIfDocument, summary="What a unit would score")
async def what_if(request: Request, code: Code, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Return the score with some counters changed: `w.<counter>=<count>`, by the real scorer, all else unchanged."""
    at = await unit_where(request, code, said)
    changes = _changes(request.query_params)

    async def make() -> WhatIfDocument:
        found, _ = await _opportunities(at)
        return WhatIfDocument.model_validate(_rescored(found, changes))

    return await answer_document(request, at.mark, make)


@router.get("/units/{code}/points", include_in_schema=False)
async def page(request: Request, code: Code, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Show where points are; with changed counters in the address also what they would give."""
    at = await unit_where(request, code, said)
    changes = _changes(request.query_params)

    async def make(look: Look) -> tuple[str, dict[str, Any]]:
        found, stamp = await _opportunities(at)
        names = {one.code: one for _, one in found.version.indicators()}
        return "points.html", {
            "where": at.where,
            "stamp": stamp,
            "found": found,
            "unit": found.explanation.place,
            "units": len(found.explanation.ranking.places),
            "index": found.version,
            "names": {
                code: one.name_en if look.language == "en" else one.name_vi for code, one in names.items()
            },
            "numbers": {code: one.doc_id or "" for code, one in names.items()},
            "changes": changes,
            "answer": _rescored(found, changes)["what_if"],
            "advice": lambda counter: advice(counter, look.language),
            "how": lambda kind: how(kind, look.language),
            "work_shown": WORK,
        }

    return await answer_page(request, at.mark, make)


async def _opportunities(at: UnitWhere) -> tuple[Opportunities, Any]:
    settings = at.board.settings.model_copy(update={"formula": at.where.choice.formula})
    return await ask(
        at,
        ("points",),
        lambda reader: read_opportunities(
            reader, settings, at.unit, at.where.choice.period, at.where.as_of, explicit=True, most=WORK
        ),
    )


def _rescored(found: Opportunities, changes: Mapping[str, int]) -> Document:
    try:
        return card_document(found.explanation, rescored(found.explanation, changes))
    except UserError as problem:
        field, _, said = str(problem).partition(": ")
        raise MalformedError(CHANGE + field, said) from None


def _changes(said: Mapping[str, str]) -> dict[str, int]:
    changes: dict[str, int] = {}
    for name, count in said.items():
        if name.startswith(CHANGE) and count:
            if not count.isdecimal() or not count.isascii() or len(count) > 9:
                raise MalformedError(name, f"not a count: {count!r}")
            changes[name.removeprefix(CHANGE)] = int(count)
    return changes
