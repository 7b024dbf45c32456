"""Which ranking is meant when a person leaves out the version of the index, the period or the level."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from streams.core.periods import parse_period
from streams.errors import UserError
from streams.read.moment import literal
from streams.read.reader import Reader

LEVELS = ("district", "commune", "department", "province")
"""Whom the index is kept for first: districts while there were any, then communes."""

_SHOWN = 12


class Available(NamedTuple):
    """A ranking that there is: how many units of a level have a row in a period."""

    formula: str
    level: str
    period: str
    kind: str
    first_day: date
    last_day: date
    units: int
    as_of: datetime


class Choice(NamedTuple):
    """One ranking."""

    formula: str
    level: str
    period: str


def available(reader: Reader, as_of: datetime | None) -> list[Available]:
    """Return every ranking there is (at a moment), newest period first."""
    source = "scores" if as_of is None else "scores_at(as_of = %(as_of)s)"
    rows = reader.rows(
        f"SELECT formula, level, period, any(period_kind) AS kind, any(period_start) AS first_day,"  # noqa: S608
        f" any(period_end) AS last_day, count() AS units, max(s.as_of) AS as_of FROM {source} AS s"
        " GROUP BY formula, level, period ORDER BY last_day DESC, first_day, period",
        {} if as_of is None else {"as_of": literal(as_of)},
    )
    return [Available(**row) for row in rows]


def choose(
    found: Sequence[Available], formula: str, *, explicit: bool, level: str | None, period: str | None
) -> Choice:
    """Return the ranking meant.

    Without a period: the one that ended last, the longest of those that ended together, else the one that began
    last; rolling windows only by name. Without a level: the first of `LEVELS` with more than one unit there.
    `formula` is only a wish unless `explicit`: where nothing was scored by it, the only other version is taken.

    Raises UserError that says what there is.
    """
    if not found:
        raise UserError(
            "there are no scores (at that moment): start a worker and send events, or `nhip766 demo`"
        )
    formula = _formula(found, formula, explicit=explicit)
    of_formula = [one for one in found if one.formula == formula]
    chosen = _period(of_formula, period)
    levels = [one for one in of_formula if one.period == chosen]
    return Choice(formula, _level(levels, level), chosen)


def _formula(found: Sequence[Available], wanted: str, *, explicit: bool) -> str:
    there = sorted({one.formula for one in found})
    if wanted in there:
        return wanted
    if explicit or len(there) > 1:
        raise UserError(f"nothing was scored by {wanted}; there is: {', '.join(there)}")
    return there[0]


def _period(found: Sequence[Available], wanted: str | None) -> str:
    if wanted is not None:
        try:
            parse_period(wanted)
        except ValueError as problem:
            raise UserError(str(problem)) from None
        if all(one.period != wanted for one in found):
            raise UserError(
                f"no scores for {wanted}; there are: {listed_periods(one.period for one in found)}"
            )
        return wanted
    named = [one for one in found if not one.kind.startswith("R")] or found
    today = max(one.as_of for one in found)
    ended = [one for one in named if parse_period(one.period).end <= today.timestamp() * 1000]
    if ended:
        return max(ended, key=lambda one: (one.last_day, -one.first_day.toordinal())).period
    return max(named, key=lambda one: (one.first_day, -one.last_day.toordinal())).period


def _level(found: Sequence[Available], wanted: str | None) -> str:
    units = {one.level: one.units for one in found}
    there = {level: units[level] for level in LEVELS if level in units}
    if wanted is not None:
        if wanted not in there:
            raise UserError(
                f"no unit of level {wanted} has scores in this period; there are: {', '.join(there)}"
            )
        return wanted
    several = [level for level, count in there.items() if count > 1]
    return several[0] if several else next(iter(there))


def listed_periods(keys: Iterable[str]) -> str:
    """Return the first dozen of different periods in their order, rolling windows last."""
    unique = sorted(dict.fromkeys(keys), key=lambda key: key.startswith("R"))
    more = len(unique) - _SHOWN
    return ", ".join(unique[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
