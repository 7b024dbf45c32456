"""The API described in a page of our own: nothing is fetched from elsewhere."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from streams.board.rendering import Look
from streams.board.respond import answer_page

router = APIRouter(include_in_schema=False)


class Operation(NamedTuple):
    """One address of the API."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str], ...]


@router.get("/api/docs")
async def docs(request: Request) -> Response:
    """Show every operation of the OpenAPI document."""

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        return "docs.html", {"operations": list(_operations(request.app.openapi()))}

    return await answer_page(request, "", make)


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in sorted(document["paths"].items()):
        for method, said in methods.items():
            parameters = ((one["name"], one.get("description", "")) for one in said.get("parameters", ()))
            yield Operation(method.upper(), path, said.get("summary", ""), tuple(parameters))
