"""Points over time: by the day, and a while ago."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from streams.read.choice import Choice
from streams.read.moment import literal
from streams.read.reader import Reader


class DayTotal(NamedTuple):
    """Points of a unit at the end of a local day; None is unknown."""

    day: date
    total: Decimal | None


class Standing(NamedTuple):
    """Rank and points of a unit at a moment."""

    rank: int | None
    total: Decimal | None


def read_trends(
    reader: Reader, choice: Choice, units: Sequence[str], as_of: datetime | None = None
) -> Mapping[str, tuple[DayTotal, ...]]:
    """Return each unit's points on the days on which they changed, oldest first, up to a moment."""
    rows = reader.rows(
        "SELECT unit_code, d.day AS day, total FROM score_daily AS d WHERE formula = %(formula)s"
        " AND level = %(level)s AND period = %(period)s AND unit_code IN %(units)s"
        " AND d.as_of <= %(cut)s ORDER BY d.day",
        {
            **choice._asdict(),
            "units": tuple(units) or ("",),
            "cut": "2299-12-31 00:00:00.000" if as_of is None else literal(as_of),
        },
    )
    found: dict[str, list[DayTotal]] = defaultdict(list)
    for row in rows:
        found[row["unit_code"]].append(DayTotal(row["day"], row["total"]))
    return {unit: tuple(days) for unit, days in found.items()}


def read_standings(reader: Reader, choice: Choice, at: datetime) -> Mapping[str, Standing]:
    """Return rank and points of every unit of a ranking as they were at a moment."""
    rows = reader.rows(
        "SELECT unit_code, rank, total FROM ranking_at(as_of = %(at)s) WHERE formula = %(formula)s"
        " AND level = %(level)s AND period = %(period)s",
        {**choice._asdict(), "at": literal(at)},
    )
    return {row["unit_code"]: Standing(row["rank"], row["total"]) for row in rows}
