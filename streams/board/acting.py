"""Who may act on alerts, and the sending of what they do: the one thing that the board writes."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import ValidationError

from schemas.alerts import AlertAction
from streams.board.board import Board
from streams.board.documents.deadlines import is_open
from streams.board.errors import MalformedError, NotThereError, RefusedError, UnsentError
from streams.errors import UserError
from streams.intake.alert_actions import new_action, send_action

Kind = Literal["ack", "snooze", "unsnooze"]
HOUR_MS: Final = 3_600_000
LONGEST_HOURS: Final = 60 * 24
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Wish(NamedTuple):
    """What somebody wants to do with an alert; `hours` goes with a snooze."""

    alert_id: str
    kind: Kind
    by: str
    hours: int | None = None
    note: str | None = None


def named_by_proxy(board: Board, headers: Mapping[str, str]) -> str | None:
    """Return whom the trusted proxy names, None where the settings trust none."""
    header = board.settings.board_user_header
    said = headers.get(header) if header is not None else None
    return said.encode("latin-1", "replace").decode("utf-8", "replace") if said else None


def check_allowed(board: Board) -> None:
    """Raise RefusedError where the settings make the board one to look at only."""
    if not board.settings.board_actions:
        raise RefusedError("this board only shows (NHIP766_BOARD_ACTIONS=false)")


def check_origin(request: Request, *, browser: bool) -> None:
    """Raise RefusedError for a request that another site made a browser send.

    Browsers name the site that a form stands on: it must be this one. Programs name none, so what only a browser
    sends (`browser`) must name one.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        raise RefusedError("the request comes from another site")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise RefusedError("the request comes from another site")
    if browser and origin is None and site is None:
        raise RefusedError("the request does not say from which site it comes")


async def act(board: Board, wish: Wish) -> AlertAction:
    """Send what is wished, and return it once Kafka has it.

    Raises MalformedError, NotThereError (the alert is not open), AwayError or UnsentError.
    """
    made = _action(wish)
    if not await is_open(board, wish.alert_id):
        raise NotThereError("alert", wish.alert_id)
    try:
        await asyncio.to_thread(send_action, board.settings, board.settings.kafka, made)
    except UserError as problem:
        raise UnsentError(str(problem)) from None
    return made


def _action(wish: Wish) -> AlertAction:
    by = wish.by.strip()
    if not by:
        raise MalformedError("by", "say which account or role acts")
    for field, said in (("by", by), ("note", wish.note or "")):
        if _CONTROL.search(said):
            raise MalformedError(field, "has control characters")
    if (wish.kind == "snooze") != (wish.hours is not None):
        raise MalformedError("hours", "goes with snooze, and only with it")
    if wish.hours is not None and not 1 <= wish.hours <= LONGEST_HOURS:
        raise MalformedError("hours", f"not within 1..{LONGEST_HOURS}")
    try:
        made = new_action(wish.alert_id, "ack", by=by, note=wish.note or None)
        until = None if wish.hours is None else made.at + wish.hours * HOUR_MS
        return AlertAction(**{**made.model_dump(), "action": wish.kind, "until": until})
    except ValidationError as problem:
        fault = problem.errors(include_input=False, include_url=False)[0]
        raise MalformedError(str(fault["loc"][-1]) if fault["loc"] else "action", fault["msg"]) from None
