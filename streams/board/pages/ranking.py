"""Page 1 and its document: the ranking."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from streams.board.board import board_of
from streams.board.choices import choices
from streams.board.documents.ranking import Filter, RankingDocument, ranking_document, ranking_mark
from streams.board.rendering import Look, address, look_of
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, Where, asked
from streams.core.periods import LOCAL
from streams.read.words import index_of

router = APIRouter()


async def filtered(
    q: Annotated[str | None, Query(description="Part of a unit's name, or its code.", max_length=100)] = None,
    parent: Annotated[str | None, Query(description="Code of the unit above.", max_length=64)] = None,
    grade: Annotated[str | None, Query(description="Code of a grade.", max_length=32)] = None,
    sort: Annotated[
        str, Query(description="rank, name, or the code of a group.", pattern=r"^[A-Za-z_]{1,32}$")
    ] = "rank",
    page: Annotated[int, Query(description="From 1.", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="Units a page.", ge=1, le=500)] = 50,
) -> Filter:
    """Take what narrows a ranking; an empty parameter is not given."""
    return Filter(q=q or None, parent=parent or None, grade=grade or None, sort=sort, page=page, size=size)


@router.get("/api/v1/ranking", response_model=RankingDocument, summary="The ranking of a level in a period")
async def document(
    request: Request, said: Annotated[Asked, Depends(asked)], wanted: Annotated[Filter, Depends(filtered)]
) -> Response:
    """Return a page of a ranking, now or as it was."""
    board = board_of(request)
    where = board.where(said)
    seen = board.seen()
    return await answer_document(
        request,
        ranking_mark(seen, where),
        lambda: ranking_document(board.answers, seen, where, wanted),
        settled=True,
    )


@router.get("/", include_in_schema=False)
async def page(
    request: Request,
    said: Annotated[Asked, Depends(asked)],
    wanted: Annotated[Filter, Depends(filtered)],
    part: Annotated[str | None, Query(max_length=16)] = None,
) -> Response:
    """Show the ranking; with `part=live` only what changes, for a page that is open."""
    board = board_of(request)
    where = board.where(said)
    seen = board.seen()

    keep = _keep(where, wanted)
    live = address("/", keep, part="live", lang=look_of(request).language)

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        found = await ranking_document(board.answers, seen, where, wanted)
        values = {
            "where": where,
            "stamp": found.stamp,
            "ranking": found,
            "index": index_of(where.choice.formula),
            "choices": choices(seen, where),
            "codes": _codes(where, found),
            "keep": keep,
            "live": live,
            "as_of_day": "" if where.as_of is None else where.as_of.astimezone(LOCAL).date().isoformat(),
        }
        return ("ranking_live.html" if part == "live" else "ranking.html"), values

    return await answer_page(
        request, ranking_mark(seen, where), make, settled=True, follows=None if part else live
    )


def _codes(where: Where, found: RankingDocument) -> Sequence[str]:
    index = index_of(where.choice.formula)
    if index is not None:
        return [group.code for group in index.groups]
    return sorted({code for row in found.rows for code in row.group_maxima})


def _keep(where: Where, wanted: Filter) -> dict[str, Any]:
    usual = Filter()
    said = {name: value for name, value in wanted.model_dump().items() if value != getattr(usual, name)}
    return where.query() | said
