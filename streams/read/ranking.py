"""A ranking as stored: now, or as it was at a moment."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from streams.read.choice import Choice
from streams.read.moment import literal
from streams.read.reader import Reader


class Place(NamedTuple):
    """One unit in a ranking; None is unknown, never 0. `rank_movement` counts places gained."""

    rank: int | None
    previous_rank: int | None
    rank_movement: int | None
    unit_code: str
    unit_name: str
    total: Decimal | None
    maximum: Decimal
    grade: str
    previous_total: Decimal | None
    score_delta: Decimal | None
    groups: Mapping[str, Decimal]
    group_maxima: Mapping[str, Decimal]
    group_ranks: Mapping[str, int]
    final: int
    as_of: datetime


class Ranking(NamedTuple):
    """The units of a level in a period, best first; `as_of` is the newest moment any of them is of."""

    formula: str
    level: str
    period: str
    previous_period: str
    as_of: datetime
    places: tuple[Place, ...]


def read_ranking(reader: Reader, choice: Choice, as_of: datetime | None = None) -> Ranking:
    """Return the ranking that was chosen among those available; it has at least one unit."""
    source = "ranking" if as_of is None else "ranking_at(as_of = %(cut)s)"
    rows = reader.rows(
        f"SELECT previous_period, {', '.join(Place._fields)} FROM {source}"  # noqa: S608 - names of ours
        " WHERE formula = %(formula)s AND level = %(level)s AND period = %(period)s ORDER BY position",
        {**choice._asdict(), "cut": "" if as_of is None else literal(as_of)},
    )
    previous = [row.pop("previous_period") for row in rows]
    places = tuple(Place(**row) for row in rows)
    return Ranking(*choice, previous[0], max(place.as_of for place in places), places)
