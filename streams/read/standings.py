"""How all units stand in a period, now or at a moment, as the watch over units compares them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from streams.core.alert_units import Standing
from streams.read.reader import Reader

ON_TIME = "RESOLVED_ON_TIME"
"""The indicator whose share is watched; every version of the index has it."""

_RANKING = (
    "SELECT unit_code, rank, total, grade, groups, toUnixTimestamp64Milli(r.as_of) AS moment FROM {source} AS r"
    " WHERE formula = %(formula)s AND period = %(period)s"
)
_ON_TIME = (
    "SELECT unit_code, ifNull(denominator, 0) AS resolved, ratio FROM indicator_detail"
    " WHERE formula = %(formula)s AND period = %(period)s AND indicator = %(indicator)s"
)


def read_standings(
    reader: Reader, formula: str, period: str, grades: Sequence[str], cut: str | None = None
) -> dict[str, Standing]:
    """Return the standings by unit; `cut` is a moment (`streams.read.moment.literal`), `grades` from the best.

    Shares on time are those of now and are left out at a moment. Raises UserError as `Reader.rows`.
    """
    asked = {"formula": formula, "period": period, "indicator": ON_TIME, "cut": cut or ""}
    source = "ranking" if cut is None else "ranking_at(as_of = %(cut)s)"
    rows = reader.rows(_RANKING.format(source=source), asked)
    shares = {row["unit_code"]: row for row in reader.rows(_ON_TIME, asked)} if cut is None else {}
    return {row["unit_code"]: _standing(row, shares.get(row["unit_code"], {}), grades) for row in rows}


def _standing(row: dict[str, Any], share: dict[str, Any], grades: Sequence[str]) -> Standing:
    return Standing(
        unit=row["unit_code"],
        rank=row["rank"],
        total=_hundredths(row["total"]),
        grade=grades.index(row["grade"]) if row["grade"] in grades else None,
        groups={group: int(points * 100) for group, points in row["groups"].items()},
        resolved=share.get("resolved", 0),
        ratio=_hundredths(share.get("ratio")),
        as_of=row["moment"],
    )


def _hundredths(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)
