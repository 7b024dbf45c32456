"""The data dictionary, beside page 8, and its document; how the pipeline stands, as a document."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.documents.pipeline import (
    DictionaryDocument,
    PipelineDocument,
    dictionary_document,
    pipeline_document,
)
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page

router = APIRouter()


@router.get("/api/v1/pipeline", response_model=PipelineDocument, summary="How far the pipeline is")
async def pipeline(request: Request) -> Response:
    """Return how far scores, dossiers and the archive are."""
    board = board_of(request)
    seen_at = board.watch.seen_at
    return await answer_document(request, str(seen_at), lambda: pipeline_document(board))


@router.get("/api/v1/dictionary", response_model=DictionaryDocument, summary="What the data mean")
async def document(request: Request) -> Response:
    """Return the stable views with their columns, and the counters of the index."""
    board = board_of(request)
    return await answer_document(request, "", lambda: dictionary_document(board))


@router.get("/dictionary", include_in_schema=False)
async def page(request: Request) -> Response:
    """Show it."""
    board = board_of(request)

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        return "dictionary.html", {"found": await dictionary_document(board)}

    return await answer_page(request, "", make)
