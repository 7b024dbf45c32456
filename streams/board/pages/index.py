"""Page 8: the version of the index in words and numbers, and how the pipeline stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.counters import MEANINGS
from schemas.index import IndexVersion, index_versions, load_index
from streams.board.board import board_of
from streams.board.documents.pipeline import pipeline_document
from streams.board.errors import NotThereError, Offer
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked

router = APIRouter()


def _version(request: Request, said: Asked) -> IndexVersion:
    name = said.formula
    if name is None:
        found = {one.formula for one in board_of(request).watch.seen.found}
        wish = board_of(request).settings.formula
        name = wish if wish in found or not found else min(found)
    if name not in index_versions():
        raise NotThereError(
            "formula", name, [Offer(one, f"/index?formula={one}") for one in index_versions()]
        )
    return load_index(name)


@router.get("/api/v1/index", response_model=IndexVersion, summary="A version of the index, as data")
async def document(request: Request, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Return groups, indicators, maxima, targets, policies by level and grades."""
    version = _version(request, said)

    async def make() -> IndexVersion:
        return version

    return await answer_document(request, version.version, make)


@router.get("/index", include_in_schema=False)
async def page(request: Request, said: Annotated[Asked, Depends(asked)]) -> Response:
    """Show it, and how the pipeline stands."""
    board, version = board_of(request), _version(request, said)

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        pipeline = await pipeline_document(board)
        return "index.html", {
            "version": version,
            "versions": index_versions(),
            "pipeline": pipeline,
            "stamp": pipeline.stamp,
            "meanings": MEANINGS,
        }

    return await answer_page(request, f"{version.version}|{board.watch.seen_at}", make)
