"""Page 4 and its document: why the total of a unit moved, and who passed it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from streams.board.documents.base import Stamp
from streams.board.documents.insight import WhyDocument
from streams.board.errors import MalformedError, NotThereError, Offer, TooMuchAskedError
from streams.board.pages.insight import UnitWhere, ask, unit_where
from streams.board.rendering import Look, address
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked
from streams.core.periods import LOCAL
from streams.errors import UserError
from streams.insight.documents import why_document
from streams.insight.why import Why, read_why
from streams.insight.words import cause
from streams.read.moment import parse_as_of
from streams.read.trend import RankDays, read_rank_days

router = APIRouter()
Code = Annotated[str, Path(description="Code of the unit.", max_length=64)]
Moment = Annotated[
    str | None, Query(description="A day (its end, local time) or an ISO moment.", max_length=40)
]
SHOWN: Final = 40
RANK_DAYS: Final = 12
WINDOWS: Final = (1, 7, 30)
"""Days that the page offers to look back."""
_DAY: Final = timedelta(days=1)


class Span(NamedTuple):
    """The two moments as asked for, None: as `read_why` takes them."""

    since: datetime | None
    until: datetime | None


@router.get("/api/v1/units/{code}/why", response_model=WhyDocument, summary="Why the total of a unit moved")
async def document(
    request: Request,
    code: Code,
    said: Annotated[Asked, Depends(asked)],
    since: Annotated[Moment, Query(alias="from")] = None,
    until: Annotated[Moment, Query(alias="to")] = None,
) -> Response:
    """Return the difference between two moments by indicator, dossier and petition; it adds up to the cent.

    Without `to`: `as_of`, else now; without `from`: a day before that.
    """
    at = await unit_where(request, code, said)
    span = _span(at, since, until)

    async def make() -> WhyDocument:
        found, _ = await _why(at, span)
        return WhyDocument.model_validate(why_document(found, SHOWN))

    return await answer_document(request, at.mark, make)


@router.get("/units/{code}/why", include_in_schema=False)
async def page(
    request: Request,
    code: Code,
    said: Annotated[Asked, Depends(asked)],
    since: Annotated[Moment, Query(alias="from")] = None,
    until: Annotated[Moment, Query(alias="to")] = None,
) -> Response:
    """Show why a total moved; without moments, on the newest day on which the rank changed."""
    at = await unit_where(request, code, said)
    days = await _rank_days(at)
    span = _span(at, since, until)
    if not since and not until and days.changes:
        span = _of_day(days.changes[0].day)

    async def make(look: Look) -> tuple[str, dict[str, Any]]:
        found, stamp = await _why(at, span)
        return "why.html", _values(at, found, stamp, days, look)

    return await answer_page(request, at.mark, make)


def _values(at: UnitWhere, found: Why, stamp: Stamp, days: RankDays, look: Look) -> dict[str, Any]:
    version = found.after.version
    names = {} if version is None else {one.code: one for _, one in version.indicators()}
    rest = found.causes[SHOWN:]
    return {
        "where": at.where,
        "stamp": stamp,
        "found": found,
        "unit": found.after.place,
        "names": {code: one.name_en if look.language == "en" else one.name_vi for code, one in names.items()},
        "indicators": sorted(
            ((code, credit) for code, credit in found.indicators.items() if credit),
            key=lambda item: (-abs(item[1]), item[0]),
        ),
        "causes": found.causes[:SHOWN],
        "others": (len(rest), sum(one.credit for one in rest)),
        "cause": lambda code: cause(code, look.language),
        "cents": lambda credit: None if credit is None else Decimal(credit).scaleb(-2),
        "at": lambda ms: datetime.fromtimestamp(ms / 1000, LOCAL),
        "since": _said(found.since),
        "until": _said(found.until),
        "windows": _windows(found.until, days),
        "rank_days": [(one, one.day - _DAY) for one in days.changes[:RANK_DAYS]],
    }


async def _rank_days(at: UnitWhere) -> RankDays:
    """Return the days on which the rank changed, up to the moment that is looked at."""
    answer = await at.board.answers.get(
        ("rank days", at.where.choice, at.unit),
        at.where.mark,
        lambda reader: read_rank_days(reader, at.where.choice, at.unit),
    )
    if at.where.as_of is None:
        return answer.value
    last = at.where.as_of.astimezone(LOCAL).date()
    return answer.value._replace(changes=tuple(one for one in answer.value.changes if one.day <= last))


async def _why(at: UnitWhere, span: Span) -> tuple[Why, Stamp]:
    settings = at.board.settings.model_copy(update={"formula": at.where.choice.formula})
    try:
        return await ask(
            at,
            ("why", *span),
            lambda reader: read_why(reader, settings, at.unit, at.where.choice.period, *span, explicit=True),
        )
    except TooMuchAskedError as problem:
        raise TooMuchAskedError(problem.field, problem.problem, _shorter(at, span)) from None
    except MalformedError:
        offers = [Offer("points.why", address(f"/units/{at.unit}/why", at.where.query(level=None)))]
        raise NotThereError("moment", _said(span.since) if span.since else "", offers) from None


def _shorter(at: UnitWhere, span: Span) -> Sequence[Offer]:
    """Return the same question of shorter times."""
    until = span.until or at.board.watch.seen.reached or datetime.now(UTC)
    since = span.since or until - _DAY
    path, query = f"/units/{at.unit}/why", at.where.query(level=None)
    return [
        Offer(
            f"window.{days}", address(path, query, **{"from": _said(until - days * _DAY), "to": _said(until)})
        )
        for days in reversed(WINDOWS)
        if until - since > days * _DAY
    ]


def _windows(until: datetime, days: RankDays) -> list[tuple[str, str]]:
    """Return what the page offers to look back, and from when: some days, and from the first on."""
    last = until.astimezone(LOCAL).date()
    found = [(f"window.{count}", last - count * _DAY) for count in WINDOWS]
    kept = [(name, day) for name, day in found if days.first is None or day >= days.first]
    if days.first is not None and days.first < last:
        kept.append(("window.all", days.first))
    return [(name, day.isoformat()) for name, day in kept]


def _span(at: UnitWhere, since: str | None, until: str | None) -> Span:
    begin, end = _moment("from", since), _moment("to", until) or at.where.as_of
    last = end or at.board.watch.seen.reached
    if begin is not None and last is not None and begin >= last:
        raise MalformedError("from", f"not before `to`: {since!r}")
    return Span(begin, end)


def _of_day(day: date) -> Span:
    return Span(parse_as_of((day - _DAY).isoformat()), parse_as_of(day.isoformat()))


def _moment(field: str, said: str | None) -> datetime | None:
    if not said:
        return None
    try:
        found = parse_as_of(said)
    except (UserError, OverflowError) as problem:
        raise MalformedError(field, str(problem)) from None
    if not timedelta(0) <= found - datetime(2000, 1, 1, tzinfo=LOCAL) <= timedelta(days=73_000):
        raise MalformedError(field, f"not within 2000..2199: {said!r}")
    return found


def _said(moment: datetime) -> str:
    """Return a moment as the form has it: a day for the end of one, else the minute."""
    local = moment.astimezone(LOCAL)
    day = local.date().isoformat()
    return day if parse_as_of(day) == local else f"{local:%Y-%m-%dT%H:%M}"
