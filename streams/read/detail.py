"""Where the points of a unit come from, indicator by indicator."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from streams.read.choice import Choice
from streams.read.moment import literal
from streams.read.reader import Reader


class Detail(NamedTuple):
    """One indicator of one unit in one period; None is unknown, never 0."""

    group_code: str
    indicator: str
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    score: Decimal | None
    maximum: Decimal
    lost: Decimal
    policy: str
    as_of: datetime


def read_detail(reader: Reader, choice: Choice, unit: str, as_of: datetime | None = None) -> list[Detail]:
    """Return the indicators of a unit, by group and code."""
    source = "indicator_detail" if as_of is None else "indicator_detail_at(as_of = %(cut)s)"
    rows = reader.rows(
        f"SELECT {', '.join(Detail._fields)} FROM {source}"  # noqa: S608 - names of ours
        " WHERE formula = %(formula)s AND period = %(period)s AND unit_code = %(unit)s"
        " ORDER BY group_code, indicator",
        {**choice._asdict(), "unit": unit, "cut": "" if as_of is None else literal(as_of)},
    )
    return [Detail(**row) for row in rows]
