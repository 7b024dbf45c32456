"""Page 7 and its document: one dossier, without personal data."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.documents.dossier import DossierDocument, dossier_document
from streams.board.documents.effects import PeriodEffectsDocument
from streams.board.errors import NotThereError, Offer
from streams.board.rendering import Look, address
from streams.board.respond import answer_document, answer_page
from streams.board.where import check_period
from streams.core.periods import QUARTER, parse_period
from streams.insight.words import advice, cause

router = APIRouter()
Code = Annotated[str, Path(description="Code of the dossier (MaHoSo); it may have slashes.", max_length=100)]
Formula = Annotated[str | None, Query(description="Version of the index.", max_length=64)]


@router.get(
    "/api/v1/dossiers/{code:path}",
    response_model=DossierDocument,
    summary="A dossier: its clock, its events, which indicators it helps or hurts",
)
async def document(request: Request, code: Code, formula: Formula = None) -> Response:
    """Return a dossier as it is known now."""
    board = board_of(request)
    found = await dossier_document(board, code, formula or None)
    return await answer_document(
        request, str(hash(found)), lambda: dossier_document(board, code, formula or None)
    )


@router.get("/dossiers/{code:path}", include_in_schema=False)
async def page(
    request: Request,
    code: Code,
    formula: Formula = None,
    period: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Show a dossier, with its effects in one period."""
    found = await dossier_document(board_of(request), code, formula or None)
    path = f"/dossiers/{code}"
    shown = _shown(found.effects or (), period or None, path)

    async def make(look: Look) -> tuple[str, dict[str, Any]]:
        return "dossier.html", {
            "found": found,
            "stamp": found.stamp,
            "shown": shown,
            "advice": lambda counter: advice(counter, look.language),
            "cause": lambda kind: cause(kind, look.language),
        }

    return await answer_page(request, str(hash(found)), make)


def _shown(
    effects: Sequence[PeriodEffectsDocument], said: str | None, path: str
) -> PeriodEffectsDocument | None:
    """Return the period asked for, else the newest quarter; raises NotThereError with the periods there are."""
    if said is not None:
        check_period(said)
        there = next((one for one in effects if one.period == said), None)
        if there is None:
            offers = [Offer(f"period:{one.period}", address(path, period=one.period)) for one in effects]
            raise NotThereError("effects", said, offers)
        return there
    quarters = (one for one in effects if parse_period(one.period).kind == QUARTER)
    return next(quarters, effects[0] if effects else None)
