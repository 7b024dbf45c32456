"""What if: the score of a unit rebuilt from its published figures, and scored again with some of them changed.

A published indicator shows numerator, denominator and score; from these the counters come back that the scorer reads,
so that an unchanged question gives the published score and a changed one is answered by the real scorer. A counter that
several indicators share (`handled`) changes in all of them.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.index import IndexVersion, Policy
from streams.core.scoring import IndicatorRule, ScoreCard, group_rules, score_unit

_OWN = Policy.OWN.value
_INHERIT = Policy.INHERIT.value


class Figures(NamedTuple):
    """What is published of one indicator: None where the index shows nothing; the score in cents."""

    numerator: int | None
    denominator: int | None
    score: int | None


Published = Mapping[str, Figures]
"""By code of the indicator."""


class Counters(NamedTuple):
    """What the scorer reads: the unit's own counters, and the province's where an indicator inherits."""

    own: dict[str, int]
    province: dict[str, int]

    def score(self, index: IndexVersion, level: str) -> ScoreCard:
        """Score them; raises ValueError for an unknown level."""
        return score_unit(index, level, self.own, self.province)


def rules_of(index: IndexVersion, level: str) -> Iterator[IndicatorRule]:
    """Give the rules of a level in the order of the index; raises ValueError for an unknown level."""
    for group in group_rules(index, level):
        yield from group.indicators


def counters_of(index: IndexVersion, level: str, published: Published) -> Counters:
    """Return the counters behind published figures; what was not published could not be read and stays missing."""
    found = Counters({}, {})
    for rule in rules_of(index, level):
        figures = published.get(rule.code)
        if figures is None:
            continue
        held = found.province if rule.policy == _INHERIT else found.own
        if rule.constant:
            held[rule.numerator] = 0 if figures.score == 0 else 1
            continue
        for name, value in ((rule.numerator, figures.numerator), (rule.denominator, figures.denominator)):
            if value is not None:
                held[name] = value
    return found


def changeable(index: IndexVersion, level: str) -> dict[str, tuple[str, ...]]:
    """Return the counters that a unit of the level may ask about, each with the indicators that read it."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules_of(index, level):
        if rule.policy == _OWN:
            for name in (rule.numerator,) if rule.constant else (rule.numerator, rule.denominator):
                found[name] = (*found.get(name, ()), rule.code)
    return found


def what_if(index: IndexVersion, level: str, published: Published, changes: Mapping[str, int]) -> ScoreCard:
    """Score a unit again with some of its own counters changed to new counts.

    Raises ValueError that names the counter: one that the level does not own, a negative count, a numerator above its
    denominator.
    """
    allowed = changeable(index, level)
    counters = counters_of(index, level, published)
    for name, count in changes.items():
        if name not in allowed:
            raise ValueError(f"{name}: no counter that this unit can change; there are {', '.join(allowed)}")
        if count < 0:
            raise ValueError(f"{name}: {count} is below 0")
        counters.own[name] = count
    for rule in rules_of(index, level):
        if rule.policy == _OWN and not {rule.numerator, rule.denominator}.isdisjoint(changes):
            _check(rule, counters.own)
    return counters.score(index, level)


def _check(rule: IndicatorRule, own: Mapping[str, int]) -> None:
    numerator = own.get(rule.numerator, 0)
    most = 1 if rule.constant else own.get(rule.denominator)
    if most is not None and numerator > most:
        raise ValueError(f"{rule.numerator}: {numerator} is more than {rule.denominator or 'a flag'}: {most}")


def points_of(card: ScoreCard) -> int:
    """Return the points of a card in cents; what could not be read counts 0, as in a sum of the index."""
    return sum(one.score or 0 for one in card.indicators)
