"""A unit's place in its ranking with the indicators that give it its points."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.index import IndexVersion
from streams.errors import UserError
from streams.read.choice import available, choose, listed_periods
from streams.read.detail import Detail, read_detail
from streams.read.ranking import Place, Ranking, read_ranking
from streams.read.reader import Reader
from streams.read.units import find_unit, known_units
from streams.read.words import index_of


class GroupDetail(NamedTuple):
    """The indicators of one group."""

    code: str
    indicators: Sequence[Detail]


class Explanation(NamedTuple):
    """A unit's place in its ranking, and its indicators by group as the version of the index orders them."""

    ranking: Ranking
    place: Place
    groups: Sequence[GroupDetail]
    version: IndexVersion | None


def read_explanation(
    reader: Reader, said: str, period: str, as_of: datetime | None, *, formula: str, explicit: bool
) -> Explanation:
    """Return what explains a unit's points in a period; the unit is said by code or by part of its name.

    `formula` is only a wish unless `explicit` (see `choose`). Raises UserError that says what there is.
    """
    there = available(reader, as_of)
    formula = choose(there, formula, explicit=explicit, level=None, period=None).formula
    unit = find_unit(known_units(reader, formula, as_of), said)
    choice = choose(there, formula, explicit=True, level=None, period=period)._replace(level=unit.level)
    if period not in unit.periods:
        raise UserError(f"{unit.name} has no scores for {period}; it has: {listed_periods(unit.periods)}")
    ranking = read_ranking(reader, choice, as_of)
    place = next(place for place in ranking.places if place.unit_code == unit.code)
    version = index_of(formula)
    return Explanation(
        ranking, place, _grouped(read_detail(reader, choice, unit.code, as_of), version), version
    )


def _grouped(details: Sequence[Detail], version: IndexVersion | None) -> list[GroupDetail]:
    """Order groups and indicators as the version does; those it does not know come last, by code."""
    known: list[str] = []
    if version is not None:
        known = [group.code for group in version.groups] + [one.code for _, one in version.indicators()]
    order = {code: place for place, code in enumerate(known)}
    groups = sorted({one.group_code for one in details}, key=lambda code: (order.get(code, len(order)), code))
    sorted_details = sorted(details, key=lambda one: (order.get(one.indicator, len(order)), one.indicator))
    return [GroupDetail(code, [one for one in sorted_details if one.group_code == code]) for code in groups]
