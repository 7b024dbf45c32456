"""Points over time: by the day, and a while ago."""

import itertools
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from streams.read.choice import Choice
from streams.read.moment import literal
from streams.read.reader import Reader

_EPOCH: Final = date(1970, 1, 1)
_UNKNOWN: Final = -1


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


class Days(NamedTuple):
    """Points of a unit at the end of local days, four bytes each: a country has hundreds of thousands.

    `days` since 1970-01-01; `cents`: hundredths of points, -1 if unknown.
    """

    days: "array[int]"
    cents: "array[int]"

    def points(self) -> list[DayTotal]:
        """Return them as they are read otherwise."""
        return [DayTotal(_day(day), _total(cents)) for day, cents in zip(self.days, self.cents, strict=True)]


@lru_cache(4000)  # each unit has the same days
def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


@lru_cache(20_000)  # there are no more different points than this
def _total(cents: int) -> Decimal | None:
    return None if cents == _UNKNOWN else Decimal(cents).scaleb(-2)


def read_history(reader: Reader, choice: Choice, until: date) -> Mapping[str, Days]:
    """Return every unit's points on the days before `until` on which they changed, oldest first.

    `until` is at most the day that all scores have reached: what was before does not change any more.
    """
    rows = reader.rows(
        "SELECT unit_code, groupArray(toUInt16(day)) AS days,"
        " groupArray(ifNull(toInt16(total * 100), %(unknown)s)) AS cents"
        " FROM (SELECT unit_code, d.day AS day, total FROM score_daily AS d WHERE formula = %(formula)s"
        " AND level = %(level)s AND period = %(period)s AND d.day < %(until)s ORDER BY unit_code, d.day)"
        " GROUP BY unit_code",
        {**choice._asdict(), "until": until, "unknown": _UNKNOWN},
    )
    return {row["unit_code"]: Days(array("H", row["days"]), array("h", row["cents"])) for row in rows}


def read_standings(reader: Reader, choice: Choice, at: datetime) -> Mapping[str, Standing]:
    """Return rank and points of every unit of a ranking as they were at a moment."""
    rows = reader.rows(
        "SELECT unit_code, total, if(total IS NULL, NULL, rank() OVER (ORDER BY total DESC NULLS LAST)) AS rank"
        " FROM scores_at(as_of = %(at)s) WHERE formula = %(formula)s AND level = %(level)s AND period = %(period)s",
        {**choice._asdict(), "at": literal(at)},
    )
    return {row["unit_code"]: Standing(row["rank"], row["total"]) for row in rows}


class RankDay(NamedTuple):
    """Rank and points of a unit at the end of a local day, and the rank of the day before; None is unknown."""

    day: date
    before: int | None
    rank: int | None
    total: Decimal | None


class RankDays(NamedTuple):
    """The days on which the rank of a unit became another one, newest first, and its first day; None without any."""

    first: date | None
    changes: tuple[RankDay, ...]


def read_rank_days(reader: Reader, choice: Choice, unit: str) -> RankDays:
    """Return when the rank of a unit changed in a period."""
    rows = reader.rows(
        "SELECT day, rank, total FROM ranking_history WHERE formula = %(formula)s AND level = %(level)s"
        " AND period = %(period)s AND unit_code = %(unit)s ORDER BY day",
        {**choice._asdict(), "unit": unit},
    )
    changes = [
        RankDay(now["day"], then["rank"], now["rank"], now["total"])
        for then, now in itertools.pairwise(rows)
        if then["rank"] != now["rank"]
    ]
    return RankDays(rows[0]["day"] if rows else None, tuple(changes[::-1]))
