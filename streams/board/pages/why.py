"""Page 4 and its document: why the total of a unit moved."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from streams.board.documents.insight import WhyDocument
from streams.board.errors import MalformedError
from streams.board.pages.insight import UnitWhere, ask, unit_where
from streams.board.rendering import Look
from streams.board.respond import answer_document, answer_page
from streams.board.where import Asked, asked
from streams.core.periods import LOCAL
from streams.errors import UserError
from streams.insight.documents import why_document
from streams.insight.why import Why, read_why
from streams.insight.words import cause
from streams.read.moment import parse_as_of

router = APIRouter()
Code = Annotated[str, Path(description="Code of the unit.", max_length=64)]
Moment = Annotated[
    str | None, Query(description="A day (its end, local time) or an ISO moment.", max_length=40)
]
SHOWN: Final = 40


@router.get("/api/v1/units/{code}/why", response_model=WhyDocument, summary="Why the total of a unit moved")
async def document(
    request: Request,
    code: Code,
    said: Annotated[Asked, Depends(asked)],
    since: Annotated[Moment, Query(alias="from")] = None,
    until: Annotated[Moment, Query(alias="to")] = None,
) -> Response:
    """Return the difference between two moments by indicator, dossier and petition; it adds up to the cent."""
    at = await unit_where(request, code, said)

    async def make() -> WhyDocument:
        found, _ = await _why(at, since, until)
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
    """Show why a total moved."""
    at = await unit_where(request, code, said)

    async def make(look: Look) -> tuple[str, dict[str, Any]]:
        found, stamp = await _why(at, since, until)
        version = found.after.version
        names = {} if version is None else {one.code: one for _, one in version.indicators()}
        rest = found.causes[SHOWN:]
        return "why.html", {
            "where": at.where,
            "stamp": stamp,
            "found": found,
            "unit": found.after.place,
            "names": {
                code: one.name_en if look.language == "en" else one.name_vi for code, one in names.items()
            },
            "indicators": sorted(
                ((code, credit) for code, credit in found.indicators.items() if credit),
                key=lambda item: (-abs(item[1]), item[0]),
            ),
            "causes": found.causes[:SHOWN],
            "others": (len(rest), sum(one.credit for one in rest)),
            "cause": lambda code: cause(code, look.language),
            "cents": lambda credit: None if credit is None else Decimal(credit).scaleb(-2),
            "at": lambda ms: datetime.fromtimestamp(ms / 1000, LOCAL),
            "since": since or _day(found.since),
            "until": until or _day(found.until),
        }

    return await answer_page(request, at.mark, make)


async def _why(at: UnitWhere, since: str | None, until: str | None) -> tuple[Why, Any]:
    settings = at.board.settings.model_copy(update={"formula": at.where.choice.formula})
    begin, end = _moment("from", since), _moment("to", until)
    return await ask(
        at,
        ("why", begin, end),
        lambda reader: read_why(reader, settings, at.unit, at.where.choice.period, begin, end, explicit=True),
    )


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


def _day(moment: datetime) -> str:
    return moment.astimezone(LOCAL).date().isoformat()
