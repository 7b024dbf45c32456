"""The ranking of a level in a period, as people look at it: filtered, sorted, a page at a time."""

import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import Field, PlainSerializer

from streams.board.alphabet import vietnamese
from streams.board.answers import Answer, Answers
from streams.board.documents.base import Document, Points, Stamp
from streams.board.errors import NotThereError
from streams.board.rankings import Rankings
from streams.board.where import Where
from streams.core.periods import date_of, local_day, parse_period, previous_period
from streams.core.periods import moment as epoch_ms
from streams.read.choice import Choice
from streams.read.ranking import Place, Ranking, find_ranking
from streams.read.trend import DayTotal, Standing, read_history, read_standings, read_trends
from streams.read.units import plain

HOUR: Final = timedelta(hours=1)
HISTORY_SECONDS: Final = 600
"""Days that all scores have passed change only when events are replayed; then they show again after so long at most."""
_PLAIN: Final = (
    "rank",
    "previous_rank",
    "rank_movement",
    "unit_code",
    "unit_name",
    "parent_code",
    "total",
    "maximum",
    "previous_total",
    "score_delta",
)


class Filter(Document):
    """What part of a ranking is meant."""

    q: str | None = None
    parent: str | None = None
    grade: str | None = None
    sort: str = "rank"
    page: int = 1
    size: int = 50


class TrendPoint(Document):
    """Points at the end of a local day."""

    day: date
    total: Points | None


def _points_of(trend: Sequence[DayTotal]) -> tuple[TrendPoint, ...]:
    return tuple(TrendPoint(day=day, total=total) for day, total in trend)


Trend = Annotated[Any, PlainSerializer(_points_of, tuple[TrendPoint, ...])]
"""`Sequence[DayTotal]` as read: a page of fifty units has thousands of points, made into documents only for the API."""


class RankedUnit(Document):
    """One row of the ranking."""

    rank: int | None = Field(description="Competition rank 1-2-2-4; null without a total.")
    previous_rank: int | None
    rank_movement: int | None = Field(description="Places gained since the previous period.")
    unit_code: str
    unit_name: str
    parent_code: str
    total: Points | None
    maximum: Points
    grade: str | None
    previous_total: Points | None
    score_delta: Points | None = Field(description="Points gained since the previous period.")
    groups: dict[str, Points | None]
    group_maxima: dict[str, Points]
    group_ranks: dict[str, int]
    hour_delta: Points | None = Field(description="Points gained in the last hour.")
    hour_movement: int | None = Field(description="Places gained in the last hour.")
    trend: Trend = Field(description="Points on the days on which they changed.")
    final: bool
    changed_at: datetime


class RankingDocument(Document):
    """A page of a ranking."""

    stamp: Stamp
    level: str
    period: str
    previous_period: str
    units: int = Field(description="Units of the level in the period.")
    matching: int = Field(description="Units that the filter lets through.")
    page: int
    pages: int
    filter: Filter
    rows: tuple[RankedUnit, ...]
    province: RankedUnit | None = Field(description="The province above, for the header.")


async def ranking_document(
    answers: Answers, rankings: Rankings, where: Where, wanted: Filter
) -> RankingDocument:
    """Return a page of a ranking; raises NotThereError if there were no scores at the moment."""
    whole = await whole_ranking(answers, where)
    ranking = whole.value
    stamp = stamp_of(whole, where)
    matching = _sorted(_matching(ranking.places, wanted), wanted.sort)
    pages = max(1, -(-len(matching) // wanted.size))
    page = min(wanted.page, pages)
    shown = matching[(page - 1) * wanted.size : page * wanted.size]
    earlier = await _an_hour_ago(answers, where, stamp.as_of)
    trends = await _trends(answers, where, ranking, shown)
    return RankingDocument(
        stamp=stamp,
        level=ranking.level,
        period=ranking.period,
        previous_period=ranking.previous_period,
        units=len(ranking.places),
        matching=len(matching),
        page=page,
        pages=pages,
        filter=wanted,
        rows=tuple(ranked_unit(place, earlier, trends) for place in shown),
        province=await _province(answers, rankings, where),
    )


def stamp_of(whole: Answer[Ranking], where: Where) -> Stamp:
    """Say of what moment the figures of a ranking are, and how fresh."""
    as_of = whole.value.as_of
    if not whole.stale and where.reached is not None:
        as_of = max(as_of, where.reached)  # nothing has changed since they were read
    return Stamp(
        formula=whole.value.formula,
        as_of=min(where.as_of or as_of, as_of),
        reached=where.reached,
        read_at=whole.read_at,
        stale=whole.stale,
    )


def ranking_key(choice: Choice, said_as_of: str | None = None) -> tuple[str, Choice, str | None]:
    """Return what the answer about all places of a ranking is kept by."""
    return "ranking", choice, said_as_of


async def whole_ranking(answers: Answers, where: Where) -> Answer[Ranking]:
    """Return all places of a ranking; raises NotThereError if there were none at the moment."""
    found = await answers.get(
        ranking_key(where.choice, where.said_as_of),
        where.mark,
        lambda reader: find_ranking(reader, where.choice, where.as_of),
    )
    if found.value is None:
        raise NotThereError("moment", where.said_as_of or "")
    return Answer(found.value, found.read_at, found.stale)


def ranked_unit(
    place: Place,
    earlier: Mapping[str, Standing] = MappingProxyType({}),
    trends: Mapping[str, Sequence[DayTotal]] = MappingProxyType({}),
) -> RankedUnit:
    """Return a row; `earlier`: where units stood an hour ago."""
    before = earlier.get(place.unit_code, Standing(None, None))
    return RankedUnit(
        **{name: getattr(place, name) for name in _PLAIN},
        grade=place.grade or None,
        groups={code: place.groups.get(code) for code in place.group_maxima},
        group_maxima=dict(place.group_maxima),
        group_ranks=dict(place.group_ranks),
        hour_delta=None if None in (place.total, before.total) else place.total - before.total,  # type: ignore[operator]  # not None
        hour_movement=None if None in (place.rank, before.rank) else before.rank - place.rank,  # type: ignore[operator]  # not None
        trend=trends.get(place.unit_code, ()),
        final=bool(place.final),
        changed_at=place.as_of,
    )


async def _an_hour_ago(answers: Answers, where: Where, moment: datetime) -> Mapping[str, Standing]:
    then = (moment - HOUR).replace(second=0, microsecond=0)
    found = await answers.get(
        ("standings", where.choice, then), "", lambda reader: read_standings(reader, where.choice, then)
    )
    return found.value


async def _trends(
    answers: Answers, where: Where, ranking: Ranking, shown: Sequence[Place]
) -> Mapping[str, Sequence[DayTotal]]:
    """Return the trends of units: of the past as it was read lately, and of today as the ranking says."""
    codes = tuple(place.unit_code for place in shown)
    if where.as_of is not None:
        past = await answers.get(
            ("trends", where.choice, where.said_as_of, codes),
            where.mark,
            lambda reader: read_trends(reader, where.choice, codes, where.as_of),
        )
        return past.value
    newest = max(place.as_of for place in ranking.places)
    until = day_of(min(where.reached or newest, newest))
    history = await answers.get(
        ("history", where.choice),
        f"{until}|{int(time.monotonic() // HISTORY_SECONDS)}",
        lambda reader: read_history(reader, where.choice, until),
    )
    before = {code: history.value[code].points() for code in codes if code in history.value}
    now = {place.unit_code: DayTotal(day_of(place.as_of), place.total) for place in shown}
    return {code: [*before.get(code, ()), *([now[code]] if now[code].day >= until else [])] for code in codes}


def day_of(at: datetime) -> date:
    """Return the local day of a moment."""
    return date_of(local_day(epoch_ms(at)))


def ranking_mark(rankings: Rankings, where: Where) -> str:
    """Name the figures of a ranking's page: its own, and those of the province in its header."""
    return f"{where.mark}|{_province_mark(rankings, where)}"


def _province_mark(rankings: Rankings, where: Where) -> str:
    period = parse_period(where.choice.period)
    choice = where.choice._replace(level="province")
    marks = rankings.mark(choice), rankings.mark(choice._replace(period=previous_period(period).key))
    return ".".join(marks)


async def _province(answers: Answers, rankings: Rankings, where: Where) -> RankedUnit | None:
    if where.choice.level == "province":
        return None
    choice = where.choice._replace(level="province")
    found = await answers.get(
        ranking_key(choice, where.said_as_of),
        _province_mark(rankings, where),
        lambda reader: find_ranking(reader, choice, where.as_of),
    )
    places = () if found.value is None else found.value.places
    return ranked_unit(places[0]) if len(places) == 1 else None


def _matching(places: Sequence[Place], wanted: Filter) -> Sequence[Place]:
    words = plain(wanted.q or "")
    if not words and wanted.parent is None and wanted.grade is None:
        return places
    return [
        place
        for place in places
        if (not words or words in plain(place.unit_name) or words == place.unit_code.casefold())
        and wanted.parent in (None, place.parent_code)
        and wanted.grade in (None, place.grade)
    ]


def _sorted(places: Sequence[Place], sort: str) -> Sequence[Place]:
    if sort == "name":
        return sorted(places, key=lambda place: (vietnamese(place.unit_name), place.unit_code))
    if sort == "rank":
        return places
    unknown = Decimal(-1)
    return sorted(places, key=lambda place: -place.groups.get(sort, unknown))
