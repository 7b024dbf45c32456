"""Where points are: what one more dossier in a numerator is worth, and how many reach a target, a rank, a grade.

Three ways to gain (`how`): `repair` a dossier that is there (digitise it, send it to the portal, upload its result),
`keep` what is still open from being lost (on time, satisfied: what is late stays late, so the number says how far the
unit is, and the dossiers to work on are those at risk), and `next`, by dossiers to come (submitted online: each adds to
both figures). Numbers are the least that suffice, by the real scorer with everything else unchanged.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from schemas.index import IndexVersion, Policy
from streams.core.rounding import half_up, to_hundredths
from streams.core.scoring import IndicatorRule
from streams.core.what_if import Published, counters_of, points_of, rules_of, what_if

How = Literal["repair", "keep", "next"]

_KEEP: Final = frozenset({"on_time", "satisfied", "petitions_on_time", "petitions_satisfied"})
_NEXT: Final = frozenset({"received_online"})
_FAR: Final = 20
"""Dossiers to come are counted up to this many times those there are; beyond it a number helps nobody."""


class Goals(NamedTuple):
    """Totals in cents that would make a difference; None if there is none above."""

    rank: int | None
    grade: int | None


class Gain(NamedTuple):
    """One indicator in which a unit can gain.

    `score`, `maximum` and `lost` are cents; `per_one` is the worth of one dossier (or procedure, petition) in
    ten-thousandths of a point. `for_target`, `for_rank` and `for_grade` count how many are needed, None if this
    indicator alone does not get there.
    """

    indicator: str
    group: str
    counter: str
    how: How
    numerator: int
    denominator: int
    missed: int
    score: int
    maximum: int
    lost: int
    per_one: int
    for_target: int | None
    for_rank: int | None
    for_grade: int | None


def how_of(counter: str) -> How:
    """Return how points of a numerator are gained."""
    return "keep" if counter in _KEEP else "next" if counter in _NEXT else "repair"


def goals_of(index: IndexVersion, total: int | None, others: Iterable[int | None]) -> Goals:
    """Return the next totals worth reaching: that of the unit above (equal totals share its rank), the next grade."""
    if total is None:
        return Goals(None, None)
    bounds = (to_hundredths(grade.from_total) for grade in index.grades)
    above = (other for other in others if other is not None and other > total)
    return Goals(min(above, default=None), min((b for b in bounds if b > total), default=None))


def gains(index: IndexVersion, level: str, published: Published, goals: Goals) -> list[Gain]:
    """Return where a unit can gain, the worth of one dossier falling.

    Left out is what the unit cannot move: inherited, awarded or not counted at its level, complete, without figures.
    Raises ValueError for an unknown level.
    """
    found = [
        gain
        for rule in rules_of(index, level)
        if rule.policy == Policy.OWN.value
        and (gain := _gain(index, level, published, rule, goals)) is not None
    ]
    return sorted(found, key=lambda gain: (-gain.per_one, -gain.lost, gain.indicator))


def _gain(
    index: IndexVersion, level: str, published: Published, rule: IndicatorRule, goals: Goals
) -> Gain | None:
    own = counters_of(index, level, published).own
    numerator = own.get(rule.numerator)
    denominator = 1 if rule.constant else own.get(rule.denominator)
    if numerator is None or not denominator:
        return None
    score = rule.points(numerator, denominator).score or 0
    if score >= rule.maximum or numerator >= denominator:
        return None
    how = how_of(rule.numerator)
    card = what_if(index, level, published, {})
    base = None if card.total is None else points_of(card)

    def total_with(count: int) -> int:
        if how == "next":
            later = rule.points(numerator + count, denominator + count).score or 0
            return (base or 0) - score + later
        return points_of(what_if(index, level, published, {rule.numerator: numerator + count}))

    def score_with(count: int) -> int:
        more = count if how == "next" else 0
        return rule.points(numerator + count, denominator + more).score or 0

    most = _FAR * denominator if how == "next" else denominator - numerator

    def needed(goal: int | None) -> int | None:
        return None if goal is None or base is None else _least(lambda count: total_with(count) >= goal, most)

    return Gain(
        indicator=rule.code,
        group=rule.group,
        counter=rule.numerator,
        how=how,
        numerator=numerator,
        denominator=denominator,
        missed=denominator - numerator,
        score=score,
        maximum=rule.maximum,
        lost=rule.maximum - score,
        per_one=_worth(rule, numerator, denominator, how),
        for_target=_least(lambda count: score_with(count) >= rule.maximum, most),
        for_rank=needed(goals.rank),
        for_grade=needed(goals.grade),
    )


def _worth(rule: IndicatorRule, numerator: int, denominator: int, how: How) -> int:
    """Return the worth of one more before rounding to cents, in ten-thousandths of a point, at most what is lost."""
    if rule.constant:
        return rule.maximum * 100
    if how == "next":
        gained = (denominator - numerator) * rule.slope * 100
        return half_up(gained, rule.target * denominator * (denominator + 1))
    return half_up(rule.slope * 100, rule.target * denominator)


def _least(reaches: Callable[[int], bool], most: int) -> int | None:
    """Return the least count up to `most` that reaches, None if none does; reaching never stops as counts grow."""
    if not reaches(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle + 1
    return low
