"""A ranking as stored: now, or as it was at a moment."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from streams.errors import UserError
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
    parent_code: str
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
    """The units of a level in a period, best first.

    `as_of` is the moment they are shown as of: the one asked for, or how far all scores have come; a unit's own is
    that of its last change, which may be long before.
    """

    formula: str
    level: str
    period: str
    previous_period: str
    as_of: datetime
    places: tuple[Place, ...]


def read_ranking(reader: Reader, choice: Choice, as_of: datetime | None = None) -> Ranking:
    """Return the ranking that was chosen among those available; it has at least one unit."""
    found = find_ranking(reader, choice, as_of)
    if found is None:
        raise UserError(f"no unit of level {choice.level} had scores for {choice.period} at that moment")
    return found


def find_ranking(reader: Reader, choice: Choice, as_of: datetime | None = None) -> Ranking | None:
    """Return a ranking, None if no unit has a row in it (at that moment)."""
    told = reached(reader, as_of)  # before the rows: all of them are then at least as new
    source = "ranking" if as_of is None else "ranking_at(as_of = %(cut)s)"
    rows = reader.rows(
        f"SELECT previous_period, {', '.join(Place._fields)} FROM {source}"  # noqa: S608 - names of ours
        " WHERE formula = %(formula)s AND level = %(level)s AND period = %(period)s ORDER BY position",
        {**choice._asdict(), "cut": "" if as_of is None else literal(as_of)},
    )
    if not rows:
        return None
    previous = [row.pop("previous_period") for row in rows]
    places = tuple(Place(**row) for row in rows)
    changed = max(place.as_of for place in places)
    return Ranking(*choice, previous[0], max(changed, told or changed), places)


def reached(reader: Reader, cut: datetime | None = None) -> datetime | None:
    """Return how far the scores of all units have come, at most `cut`; None if no worker told."""
    rows = reader.rows(
        "SELECT minOrNull(as_of) AS least FROM score_reach WHERE epoch = (SELECT max(epoch) FROM score_reach)",
        {},
    )
    least: datetime | None = rows[0]["least"]
    return least if least is None or cut is None else min(least, cut)
