"""Page 5 and its documents: what is due, open alerts, and what people do about them."""

from itertools import groupby
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, quote, unquote

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from streams.board.acting import LONGEST_HOURS, Kind, Wish, act, check_allowed, check_origin, named_by_proxy
from streams.board.board import board_of
from streams.board.documents.deadlines import (
    AlertsDocument,
    Count,
    DeadlinesDocument,
    Wanted,
    alerts_document,
    deadlines_document,
    fresh_mark,
)
from streams.board.documents.failure import FAILURES_OF_ACTIONS
from streams.board.errors import MalformedError
from streams.board.rendering import Look, address
from streams.board.respond import answer_document, answer_page
from streams.read.deadlines import STATES

router = APIRouter()
YEAR: Final = 365 * 86_400
FORM_BYTES: Final = 20_000
SHOWN: Final = (
    "late",
    "due_today",
    "due_tomorrow",
    "stage_late",
    "stage_soon",
    "petition_late",
    "petition_due",
)
"""States in the table of units; the others have a place among the totals."""
SNOOZES: Final = (4, 24, 72)
DONE: Final[dict[str, Kind]] = {"ack": "ack", "snooze": "snooze", "unsnooze": "unsnooze"}


async def filtered(
    unit: Annotated[
        str | None, Query(description="Code of a unit: of it and all below it.", max_length=64)
    ] = None,
    state: Annotated[str | None, Query(description="|".join(STATES), max_length=32)] = None,
    stage: Annotated[str | None, Query(description="Code of a stage.", max_length=64)] = None,
    status: Annotated[
        str | None, Query(description="raised, acknowledged or snoozed.", max_length=16)
    ] = None,
    page: Annotated[int, Query(description="From 1.", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="Alerts a page.", ge=1, le=500)] = 50,
) -> Wanted:
    """Take what narrows alerts; an empty parameter (a form's field left empty) is not given."""
    return Wanted(
        unit=unit or None,
        state=_one_of("state", state, STATES),
        stage=stage or None,
        status=_one_of("status", status, ("raised", "acknowledged", "snoozed")),
        page=page,
        size=size,
    )


def _one_of(field: str, said: str | None, known: tuple[str, ...]) -> Any:
    if said and said not in known:
        raise MalformedError(field, f"not one of {', '.join(known)}: {said!r}")
    return said or None


class ActionWish(BaseModel):
    """What to do with an alert."""

    action: Kind
    hours: int | None = Field(
        None, ge=1, le=LONGEST_HOURS, description="How long to snooze; with snooze, and only with it."
    )
    by: str | None = Field(
        None,
        min_length=1,
        max_length=256,
        description="Account or role that acts, never a person's name; a trusted proxy that names one has precedence.",
    )
    note: str | None = Field(None, max_length=256, description="Why, without personal data.")


class SentAction(BaseModel):
    """An action that Kafka has; the worker that owns the alert applies it within seconds."""

    action_id: str
    alert_id: str
    action: Kind
    by: str
    at: int = Field(description="Epoch milliseconds.")
    until: int | None = Field(description="End of a snooze, epoch milliseconds.")


@router.get(
    "/api/v1/deadlines", response_model=DeadlinesDocument, summary="How many deadlines are near or past"
)
async def deadlines(
    request: Request,
    unit: Annotated[
        str | None, Query(description="Code of a unit: of it and all below it.", max_length=64)
    ] = None,
) -> Response:
    """Return counts by unit, state and stage."""
    board = board_of(request)
    return await answer_document(request, fresh_mark(board), lambda: deadlines_document(board, unit or None))


@router.get("/api/v1/alerts", response_model=AlertsDocument, summary="Open alerts")
async def alerts(request: Request, wanted: Annotated[Wanted, Depends(filtered)]) -> Response:
    """Return a page of open alerts, with their texts."""
    board = board_of(request)
    return await answer_document(request, fresh_mark(board), lambda: alerts_document(board, wanted))


@router.post(
    "/api/v1/alerts/{alert_id}/actions",
    status_code=202,
    response_model=SentAction,
    summary="Acknowledge or snooze an alert",
    responses=FAILURES_OF_ACTIONS,
)
async def action(
    request: Request,
    alert_id: Annotated[str, Path(description="Id of an open alert.", pattern=r"^[0-9a-f]{32}$")],
    wish: ActionWish,
) -> SentAction:
    """Send an action to its topic; who acts must be said, by a trusted proxy or by the caller."""
    board = board_of(request)
    check_allowed(board)
    check_origin(request, browser=False)
    by = named_by_proxy(board, request.headers) or wish.by or ""
    sent = await act(board, Wish(alert_id, wish.action, by, wish.hours, wish.note))
    return SentAction(**sent.model_dump(include=set(SentAction.model_fields)))


@router.get("/deadlines", include_in_schema=False)
async def page(
    request: Request,
    wanted: Annotated[Wanted, Depends(filtered)],
    part: Annotated[str | None, Query(max_length=16)] = None,
    done: Annotated[str | None, Query(max_length=16)] = None,
) -> Response:
    """Show what is due; with `part=live` only what changes, for a page that is open."""
    board = board_of(request)
    named = named_by_proxy(board, request.headers)
    by = named or unquote(request.cookies.get("by", ""))

    async def make(_: Look) -> tuple[str, dict[str, Any]]:
        found = await alerts_document(board, wanted)
        due = await deadlines_document(board, wanted.unit)
        said = wanted.model_dump(exclude={"page", "size"}, exclude_none=True)
        return ("deadlines_live.html" if part == "live" else "deadlines.html"), {
            "stamp": found.stamp,
            "found": found,
            "due": due,
            "wanted": wanted,
            "keep": said,
            "back": address("/deadlines", said, page=wanted.page if wanted.page > 1 else None),
            "pages": -(-found.total // wanted.size),
            "units": _by(due.counts, "unit_code"),
            "unit_names": {one.unit_code: one.unit_name for one in due.units},
            "choices": groupby(due.units, key=lambda one: one.level),
            "stages": _by([one for one in due.counts if one.stage_id], "stage_id"),
            "shown": SHOWN,
            "snoozes": SNOOZES,
            "named": named,
            "by": by,
            "acting": board.settings.board_actions,
            "done": DONE.get(done or ""),
        }

    return await answer_page(request, f"{fresh_mark(board)}|{by}", make)


@router.post("/deadlines/actions", include_in_schema=False)
async def acted(request: Request) -> Response:
    """Do what a button of the page says, and go back to where the person was; no script is needed."""
    board = board_of(request)
    check_allowed(board)
    check_origin(request, browser=True)
    form = await _form(request)
    kind, _, alert_id = form.get("act", "").partition(":")
    kind, _, hours = kind.partition("-")
    if kind not in DONE or (hours and not (hours.isascii() and hours.isdecimal() and len(hours) < 6)):
        raise MalformedError("act", "not something to do with an alert")
    named = named_by_proxy(board, request.headers)
    by = named or form.get("by", "")
    await act(board, Wish(alert_id, DONE[kind], by, int(hours) if hours else None))
    back = form.get("back", "")
    if back != "/deadlines" and not back.startswith("/deadlines?"):
        back = "/deadlines"
    response = RedirectResponse(f"{back}{'&' if '?' in back else '?'}done={kind}", 303)
    response.headers["cache-control"] = "no-store"
    if named is None:
        response.set_cookie("by", quote(by.strip()), max_age=YEAR, samesite="strict", httponly=True)
    return response


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            raise MalformedError("form", f"longer than {FORM_BYTES} bytes")
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=10))
    except ValueError:
        raise MalformedError("form", "cannot be read") from None


def _by(counts: list[Count] | tuple[Count, ...], field: str) -> list[tuple[str, dict[str, int]]]:
    """Return counts by unit or by stage, then by state; those with most that is late first."""
    found: dict[str, dict[str, int]] = {}
    for one in counts:
        line = found.setdefault(getattr(one, field), {})
        line[one.state] = line.get(one.state, 0) + one.dossiers
    worst = ("late", "stage_late", "due_today", "due_tomorrow")
    return sorted(found.items(), key=lambda item: (*(-item[1].get(state, 0) for state in worst), item[0]))
