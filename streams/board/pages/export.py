"""Tables to take away, with the filters in force."""

import io
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from streams.board.board import Board, board_of
from streams.board.documents.deadlines import Wanted
from streams.board.documents.failure import PAGES_OF_FAILURE
from streams.board.errors import MalformedError, NotThereError, Offer
from streams.board.pages.deadlines import filtered
from streams.board.where import Asked, asked
from streams.errors import UserError
from streams.export.export import MEDIA_TYPES, export_table
from streams.export.tables import TABLES, Filters, named
from streams.read.reader import Reader

router = APIRouter()


class Form(StrEnum):
    """What a file can be."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


FILES: Final[dict[str, object]] = {MEDIA_TYPES[form]: {"schema": {}} for form in Form}
"""Kinds of files; their columns are described in the data dictionary."""


@router.get(
    "/export/{table}.{form}",
    summary="A table as a file",
    response_class=Response,
    responses={200: {"description": "The file", "content": FILES}, **PAGES_OF_FAILURE},
)
async def export(
    request: Request,
    table: Annotated[str, Path(description=", ".join(TABLES), max_length=32)],
    form: Form,
    said: Annotated[Asked, Depends(asked)],
    narrowed: Annotated[Wanted, Depends(filtered)],
) -> Response:
    """Return a table; one of the index is that of the period and level that the ranking shows.

    `state`, `stage` and `status` are filters of alerts; a table that does not know a filter is not narrowed by it.
    """
    if table not in TABLES:
        raise NotThereError("page", table, [Offer(name, f"/export/{name}.csv") for name in TABLES])
    board = board_of(request)
    filters = _filters(board, table, said, narrowed)

    def question(reader: Reader) -> bytes | str:
        content = io.BytesIO()
        try:
            export_table(reader, board.settings, table, filters, form, content)
        except UserError as problem:
            if str(problem).startswith("ClickHouse"):
                raise
            return str(problem)
        return content.getvalue()

    found = await board.database.ask(question)
    if isinstance(found, str):
        raise MalformedError("as_of" if filters.as_of is not None else "table", found)
    name = f"{named(TABLES[table], filters)}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-cache"}
    return Response(found, media_type=MEDIA_TYPES[form], headers=headers)


def _filters(board: Board, table: str, said: Asked, narrowed: Wanted) -> Filters:
    """Return the filters that a table knows; those of the index are what the ranking would show."""
    known = TABLES[table].filters
    values = narrowed.model_dump(include={"unit", "state", "stage", "status"})
    as_of = None
    if TABLES[table].source_at is None and known.keys().isdisjoint(("formula", "period")):
        if said.as_of is not None:
            raise MalformedError("as_of", f"table {table} is of now only")
    else:
        where = board.where(said)
        as_of = where.as_of
        values |= {
            "formula": where.choice.formula,
            "level": where.choice.level if narrowed.unit is None else None,
            "period": where.choice.period if said.period or "formula" in known else None,
        }
    return Filters(**{name: value for name, value in values.items() if name in known}, as_of=as_of)
