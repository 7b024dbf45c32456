"""Gains and what-if hold for any figures: they ask the real scorer and are never better than it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.index import load_index
from streams.core.gains import gains, goals_of
from streams.core.scoring import score_unit
from streams.core.what_if import Figures, changeable, points_of, rules_of, what_if

VERSIONS = ("portal-2026", "article-2024")
LEVELS = ("province", "department", "district", "commune")


@st.composite
def scored(draw):
    """An index, a level, and the card of random counters (some of them missing)."""
    index, level = load_index(draw(st.sampled_from(VERSIONS))), draw(st.sampled_from(LEVELS))
    counters: dict[str, int] = {}
    for rule in rules_of(index, level):
        if draw(st.integers(0, 9)) == 0:
            continue
        if rule.constant:
            counters[rule.numerator] = draw(st.integers(0, 1))
            continue
        most = counters.setdefault(rule.denominator, draw(st.integers(0, 400)))
        counters[rule.numerator] = draw(st.integers(0, most))
    return index, level, score_unit(index, level, counters, counters)


def published(card):
    return {one.code: Figures(one.numerator, one.denominator, one.score) for one in card.indicators}


@settings(max_examples=300, deadline=None)
@given(scored())
def test_what_if_nothing_changes_gives_the_published_score(case):
    index, level, card = case
    assert what_if(index, level, published(card), {}) == card


@settings(max_examples=150, deadline=None)
@given(scored(), st.lists(st.integers(0, 100_00), max_size=8))
def test_the_suggested_number_reaches_the_goal_and_one_less_does_not(case, others):
    index, level, card = case
    goals = goals_of(index, card.total, others)
    figures = published(card)
    for gain in gains(index, level, figures, goals):
        if gain.how == "next":
            continue
        for needed, goal in ((gain.for_rank, goals.rank), (gain.for_grade, goals.grade)):
            if needed is not None:
                assert (
                    points_of(what_if(index, level, figures, {gain.counter: gain.numerator + needed})) >= goal
                )
                less = {gain.counter: gain.numerator + needed - 1}
                assert points_of(what_if(index, level, figures, less)) < goal
        if gain.for_target is not None:
            after = what_if(index, level, figures, {gain.counter: gain.numerator + gain.for_target})
            assert next(one for one in after.indicators if one.code == gain.indicator).lost == 0


@settings(max_examples=150, deadline=None)
@given(scored())
def test_dossiers_to_come_reach_the_target_of_their_own_indicator(case):
    index, level, card = case
    rules = {rule.code: rule for rule in rules_of(index, level)}
    for gain in gains(index, level, published(card), goals_of(index, card.total, [])):
        if gain.how == "next" and gain.for_target is not None:
            both = gain.numerator + gain.for_target, gain.denominator + gain.for_target
            assert rules[gain.indicator].points(*both).score == gain.maximum


@settings(max_examples=200, deadline=None)
@given(scored())
def test_gains_are_positive_and_only_where_the_unit_can_move_something(case):
    index, level, card = case
    found = gains(index, level, published(card), goals_of(index, card.total, []))
    lost = {one.code: one.lost for one in card.indicators}
    for gain in found:
        assert gain.lost == lost[gain.indicator] > 0
        assert gain.per_one >= 0
        assert gain.missed > 0
        assert gain.counter in changeable(index, level)
    assert [gain.per_one for gain in found] == sorted((gain.per_one for gain in found), reverse=True)


@settings(max_examples=150, deadline=None)
@given(scored(), st.data())
def test_one_more_in_a_numerator_never_costs_points(case, data):
    index, level, card = case
    figures = published(card)
    found = gains(index, level, figures, goals_of(index, card.total, []))
    if found:
        gain = data.draw(st.sampled_from(found))
        count = data.draw(st.integers(0, gain.missed))
        after = what_if(index, level, figures, {gain.counter: gain.numerator + count})
        assert points_of(after) >= points_of(card)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"procedures_decided": 3}, "no counter that this unit can change"),
        ({"on_time": -1}, "on_time: -1 is below 0"),
        ({"on_time": 11}, "on_time: 11 is more than handled: 10"),
        ({"handled": 7}, "on_time: 8 is more than handled: 7"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_the_counter(changes, said):
    index = load_index("portal-2026")
    figures = {"RESOLVED_ON_TIME": Figures(8, 10, 1600)}
    with pytest.raises(ValueError, match=said):
        what_if(index, "district", figures, changes)
