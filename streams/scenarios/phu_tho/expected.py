"""What ClickHouse must say: every published figure that this scenario plays, to the cent.

The portal publishes no totals below the province. For a unit of which all six groups are known the total is
their sum; CKMB is then the province's published figures of 1.1 to 1.3, which children show, and the unit's
own 1.4.
"""

from collections.abc import Iterator
from decimal import Decimal

from schemas.index import load_index
from streams.core.grades import grade_of
from streams.scenarios.base import (
    GRADE,
    TOTAL,
    Exactly,
    Expectation,
    Figure,
    Value,
    group_score,
    indicator_field,
)
from streams.scenarios.phu_tho import published
from streams.scenarios.phu_tho.published import FORMULA, PERIOD, Observation, Tree
from streams.scenarios.phu_tho.reference import PROVINCE

CHECKPOINT = "2026-08"
INHERITED = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")


def expectations() -> tuple[Expectation, ...]:
    """Indicators, groups, totals and grades."""
    return tuple(
        Expectation(Figure(CHECKPOINT, PERIOD, unit, what), Exactly(value))
        for unit, what, value in (*_indicators(), *_tree_indicators(), *_groups(), *_totals())
    )


def is_played(observation: Observation) -> bool:
    """Whether the scenario has what the figure counts: of the province only what comes from the catalogue."""
    return observation.unit != PROVINCE or observation.indicator in INHERITED


def _indicators() -> Iterator[tuple[str, str, Value]]:
    for row in filter(is_played, published.observations()):
        yield row.unit, indicator_field(row.indicator, "numerator"), row.numerator
        yield row.unit, indicator_field(row.indicator, "denominator"), row.denominator
        yield row.unit, indicator_field(row.indicator, "ratio"), row.ratio
        yield row.unit, indicator_field(row.indicator, "score"), row.score


def _played_trees() -> Iterator[Tree]:
    return (tree for tree in published.trees() if tree.unit != PROVINCE)


def _tree_indicators() -> Iterator[tuple[str, str, Value]]:
    """Numerators and denominators of the parts of a tree, where the portal gives them."""
    parts = {g.tree: g.indicators for g in load_index(FORMULA).groups if g.tree}
    for tree in _played_trees():
        for indicator in parts[tree.tree]:
            names = {"numerator": indicator.tree_numerator, "denominator": indicator.tree_denominator}
            if all(name in tree.parameters for pair in names.values() for name in pair):
                top = sum(tree.parameters[name] for name in indicator.tree_numerator)
                bottom = sum(tree.parameters[name] for name in indicator.tree_denominator)
                yield tree.unit, indicator_field(indicator.code, "numerator"), top
                yield tree.unit, indicator_field(indicator.code, "denominator"), bottom


def _groups() -> Iterator[tuple[str, str, Value]]:
    for (unit, group), score in group_scores().items():
        yield unit, group_score(group), score


def group_scores() -> dict[tuple[str, str], Decimal]:
    """Scores of groups by (unit, group): published, or the sum of published indicators where all are."""
    index = load_index(FORMULA)
    by_tree = {g.tree: g.code for g in index.groups if g.tree}
    scores = {(tree.unit, by_tree[tree.tree]): tree.score for tree in _played_trees()}
    observed = {(o.unit, o.indicator): o.score for o in published.observations()}
    for unit in published.units()[1:]:
        known = {i: observed[PROVINCE, i] for i in INHERITED}
        known |= {i: score for (code, i), score in observed.items() if code == unit.code}
        for group in index.groups:
            codes = [i.code for i in group.indicators if i.scored]
            if group.tree is None and all(code in known for code in codes):
                scores[unit.code, group.code] = sum((known[c] or Decimal(0) for c in codes), Decimal(0))
    for row in published.group_totals():
        if row.unit != PROVINCE:
            scores[row.unit, row.group] = row.score
    return scores


def _totals() -> Iterator[tuple[str, str, Value]]:
    index = load_index(FORMULA)
    scores = group_scores()
    for unit in published.units():
        known = [scores.get((unit.code, group.code)) for group in index.groups]
        if None not in known:
            total = sum((score for score in known if score is not None), Decimal(0))
            yield unit.code, TOTAL, total
            yield unit.code, GRADE, grade_of(index.grades, int(total * 100))
