"""Language and colours: a link each, without JavaScript; kept in two cookies that say nothing else."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse

router = APIRouter(include_in_schema=False)
YEAR = 365 * 86_400


@router.get("/look")
async def look(
    lang: Annotated[Literal["vi", "en"] | None, Query()] = None,
    theme: Annotated[Literal["auto", "light", "dark"] | None, Query()] = None,
    back: Annotated[str, Query(max_length=2000)] = "/",
) -> RedirectResponse:
    """Remember a choice and go back to where the person was, on this board only."""
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = RedirectResponse(back if inside else "/", 303, {"cache-control": "no-store"})
    for name, value in (("lang", lang), ("theme", theme)):
        if value is not None:
            response.set_cookie(name, value, max_age=YEAR, samesite="lax", httponly=True)
    return response
