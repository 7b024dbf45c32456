"""Ranks through a period, day by day: who passed whom."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from streams.board.board import Board
from streams.board.documents.base import Document, Points, Stamp
from streams.board.documents.ranking import stamp_of, whole_ranking
from streams.board.where import Where
from streams.core.ranking import rank
from streams.read.ranking import Place
from streams.read.trend import read_trends


class Runner(Document):
    """One unit: rank and points at the end of each day of `days`; null before its first points."""

    unit_code: str
    unit_name: str
    ranks: tuple[int | None, ...]
    totals: tuple[Points | None, ...]


class RaceDocument(Document):
    """The units that lead now, and how they came there."""

    stamp: Stamp
    level: str
    period: str
    units: int = Field(description="Units of the level; ranks are among all of them.")
    days: tuple[date, ...] = Field(description="Local days on which any unit of the level changed.")
    runners: tuple[Runner, ...] = Field(description="By their rank now.")


async def race_document(board: Board, where: Where, most: int) -> RaceDocument:
    """Return the race of a ranking's first `most` units."""
    whole = await whole_ranking(board.answers, where)
    places = whole.value.places
    codes = tuple(place.unit_code for place in places)
    trends = await board.answers.get(
        ("race", where.choice, where.said_as_of),
        where.mark,
        lambda reader: read_trends(reader, where.choice, codes, where.as_of),
    )
    days = sorted({point.day for trend in trends.value.values() for point in trend})
    totals = {code: _filled(days, dict(trends.value.get(code, ()))) for code in codes}
    ranks: dict[str, list[int | None]] = {code: [] for code in codes}
    for turn in range(len(days)):
        of_day = rank({code: _cents(line[turn]) for code, line in totals.items()})
        for code in codes:
            ranks[code].append(of_day.get(code))
    return RaceDocument(
        stamp=stamp_of(whole, where),
        level=where.choice.level,
        period=where.choice.period,
        units=len(places),
        days=tuple(days),
        runners=tuple(_runner(place, ranks, totals) for place in places[:most]),
    )


def _runner(
    place: Place, ranks: dict[str, list[int | None]], totals: dict[str, list[Points | None]]
) -> Runner:
    return Runner(
        unit_code=place.unit_code,
        unit_name=place.unit_name,
        ranks=tuple(ranks[place.unit_code]),
        totals=tuple(totals[place.unit_code]),
    )


def _cents(value: Points | None) -> int | None:
    return None if value is None else int(value * 100)


def _filled(days: Sequence[date], known: dict[date, Points | None]) -> list[Points | None]:
    """Return the points of each day: those of the last day on which they changed."""
    line: list[Points | None] = []
    for day in days:
        line.append(known[day] if day in known else (line[-1] if line else None))
    return line
