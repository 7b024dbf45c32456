"""The rankings a person may go to from where they are: levels, kinds of period, periods."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.board.rankings import Rankings
from streams.board.where import Where
from streams.read.choice import LEVELS

KINDS = ("month", "quarter", "year", "R30", "R7")
SHOWN = 24


class Choices(NamedTuple):
    """What to offer; `periods` by kind, newest first, those of the level shown."""

    formulas: Sequence[str]
    levels: Sequence[str]
    kinds: Sequence[tuple[str, Sequence[str]]]
    kind: str


def choices(rankings: Rankings, where: Where) -> Choices:
    """Return the choices around a ranking."""
    formula, level, period = where.choice
    there = [one for one in rankings.found if one.formula == formula]
    of_level = [one for one in there if one.level == level]
    kinds = [(kind, [one.period for one in of_level if one.kind == kind]) for kind in KINDS]
    kind = next((one.kind for one in of_level if one.period == period), "")
    of_period = {one.level for one in there if one.period == period}
    return Choices(
        sorted({one.formula for one in rankings.found}),
        [one for one in LEVELS if one in of_period],
        [(name, _near(periods, period)) for name, periods in kinds if periods],
        kind,
    )


def _near(periods: Sequence[str], chosen: str) -> list[str]:
    """Return the newest periods, and the chosen one even if it is old."""
    newest = list(periods[:SHOWN])
    return newest if chosen in newest or chosen not in periods else [*newest, chosen]
