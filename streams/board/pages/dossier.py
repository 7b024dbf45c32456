"""Page 7 and its document: one dossier, without personal data."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.documents.dossier import DossierDocument, dossier_document
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page

router = APIRouter()
Code = Annotated[str, Path(description="Code of the dossier (MaHoSo).", max_length=100)]


@router.get(
    "/api/v1/dossiers/{code}", response_model=DossierDocument, summary="A dossier: its clock and events"
)
async def document(request: Request, code: Code) -> Response:
    """Return a dossier as it is known now."""
    board = board_of(request)
    found = await dossier_document(board, code)
    return await answer_document(request, str(hash(found)), lambda: dossier_document(board, code))


@router.get("/dossiers/{code}", include_in_schema=False)
async def page(request: Request, code: Code) -> Response:
    """Show a dossier."""
    board = board_of(request)
    found = await dossier_document(board, code)

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        return "dossier.html", {"found": found}

    return await answer_page(request, str(hash(found)), make)
