"""What holds for every score of every index version."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from schemas.counters import ALL_COUNTERS
from schemas.index import LEVELS, index_versions, load_index
from streams.core.ranking import rank
from streams.core.scoring import group_rules, score_unit

RULES = [
    (load_index(version), rule)
    for version in index_versions()
    for level in LEVELS
    for group in group_rules(load_index(version), level)
    for rule in group.indicators
]
counts = st.integers(min_value=0, max_value=10**7)
units = st.dictionaries(st.sampled_from(ALL_COUNTERS), counts)
versions = st.sampled_from(index_versions()).map(load_index)


def is_whole_or_null(value):
    return value is None or type(value) is int


@given(st.sampled_from(RULES), counts, counts)
def test_points_lie_between_zero_and_the_maximum(case, numerator, denominator):
    _, rule = case
    ratio, score = rule.points(numerator, denominator)
    assert is_whole_or_null(ratio)
    assert is_whole_or_null(score)
    assert score is None or 0 <= score <= rule.maximum


@given(st.sampled_from(RULES), counts, counts, counts)
def test_points_never_fall_when_the_numerator_rises(case, numerator, more, denominator):
    _, rule = case
    lower, higher = rule.points(numerator, denominator), rule.points(numerator + more, denominator)
    assert (lower.score is None) == (higher.score is None)
    assert lower.score is None or lower.score <= higher.score


@given(st.sampled_from(RULES), counts, st.integers(min_value=1, max_value=10**7))
def test_points_are_the_exact_fraction_rounded_half_up(case, numerator, denominator):
    index, rule = case
    if rule.constant or rule.awarded is not None:
        return
    indicator = next(i for _, i in index.indicators() if i.code == rule.code)
    exact = min(
        Fraction(indicator.maximum),
        Fraction(indicator.maximum) * numerator / denominator / (Fraction(indicator.target) / 100),
    )
    assert rule.points(numerator, denominator).score == int(exact * 100 + Fraction(1, 2))


@given(versions, st.sampled_from(LEVELS), units, st.none() | units)
def test_every_sum_of_a_score_card_adds_up(index, level, own, province):
    card = score_unit(index, level, own, province)
    for group in card.groups:
        parts = [i for i in card.indicators if i.group == group.code]
        assert group.maximum == sum(i.maximum for i in parts)
        assert (group.score or 0) == sum(i.score or 0 for i in parts)
        assert all(i.lost == i.maximum - (i.score or 0) for i in parts)
    scores = [g.score for g in card.groups]
    assert card.total == (None if None in scores else sum(scores))
    assert (card.grade is None) == (card.total is None)


@given(st.dictionaries(st.text(max_size=3), st.none() | st.integers(min_value=0, max_value=20)))
def test_a_rank_is_one_more_than_the_number_of_better_units(scores):
    ranks = rank(scores)
    held = {unit: score for unit, score in scores.items() if score is not None}
    assert ranks == {u: 1 + sum(other > s for other in held.values()) for u, s in held.items()}
