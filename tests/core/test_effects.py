"""What a dossier does to indicators: read from its contribution, so that all dossiers together are the figures."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.counters import DOSSIER_COUNTERS, PRESENCE_COUNTERS
from schemas.fast import decode
from schemas.index import load_index
from streams.core import masks
from streams.core.effects import effects, keeps_until, worth
from streams.core.evaluation import mask_in
from streams.core.history import Contribution
from streams.core.periods import parse_period
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.state import facts_of, load, merge_event
from streams.core.tally import cell_of, named_counters
from streams.core.what_if import rules_of
from tests.core.building import at, dossier, event, received
from tests.property.random_events import DOSSIER, DOSSIER_DOCUMENTS

INDEX = load_index("portal-2026")
MARCH = parse_period("2024-03")
DAY = 86_400_000
NOTHING_KNOWN = Reference()


def facts_from(documents):
    state = load(f"d:{DOSSIER}", None)
    for offset, document in enumerate(documents):
        merge_event(state, decode(json.dumps(document).encode()), offset)
    return facts_of(state, NOTHING_KNOWN)


def mask_of(facts, as_of):
    return mask_in(facts, MARCH.start, MARCH.end, MARCH.cutoff(as_of), NOTHING_KNOWN, Rules())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(DOSSIER_DOCUMENTS, max_size=6), max_size=5), st.integers(0, 40))
def test_effects_of_all_dossiers_together_are_the_figures_of_the_indicators(told, day):
    found = [mask_of(facts_from(documents), MARCH.start + day * DAY) for documents in told]
    counters = named_counters(cell_of([Contribution(mask, "1.1", ()) for mask in found]))
    every = [effect for mask in found for effect in effects(INDEX, mask)]
    for rule in rules_of(INDEX, "commune"):
        mine = [effect for effect in every if effect.indicator == rule.code]
        denominator = "received" if rule.denominator == "sync_expected" else rule.denominator
        if rule.numerator in PRESENCE_COUNTERS:
            assert all(effect.counts and effect.presence for effect in mine)
        elif denominator in DOSSIER_COUNTERS and not denominator.startswith("petitions"):
            assert len(mine) == counters[denominator]
            assert sum(effect.counts for effect in mine) == counters[rule.numerator]
        else:
            assert not mine


@settings(max_examples=200, deadline=None)
@given(st.lists(DOSSIER_DOCUMENTS, max_size=8), st.integers(0, 31))
def test_the_last_moment_on_time_is_the_last_one(documents, day):
    facts, as_of = facts_from(documents), MARCH.start + day * DAY
    until = keeps_until(facts, MARCH, as_of, NOTHING_KNOWN, Rules())
    if until is not None:
        assert MARCH.cutoff(as_of) <= until < MARCH.end
        assert mask_of(facts, until) & masks.ON_TIME
        assert not mask_of(facts, until + 1) & masks.ON_TIME


def ways(*events, as_of):
    return {
        effect.indicator: (effect.counts, effect.way)
        for effect in effects(INDEX, mask_of(dossier(*events), at(as_of)))
    }


def test_what_it_would_take_depends_on_what_can_still_be_changed():
    told = received("03-04 08:00", "03-06 17:00", channel=1)
    open_one = ways(told, as_of="03-05 08:00")
    assert open_one["RESOLVED_ON_TIME"] == (True, "keep")
    assert open_one["ONLINE_SUBMITTED"] == (False, "next")
    assert open_one["ORIGINAL_RESULT_AVAILABLE"] == (False, "repair")
    assert "PAYMENT_DOSSIER" not in open_one, "nothing is owed"
    assert ways(told, as_of="03-07 08:00")["RESOLVED_ON_TIME"] == (False, "hurry")
    ended = ways(told, event("dossier.resolved", "03-07 09:00"), as_of="03-08 08:00")
    assert ended["RESOLVED_ON_TIME"] == ended["DOSSIER_RECEIVING_SATISFACTION"] == (False, "late")
    disliked = ways(
        told,
        event("dossier.resolved", "03-05 09:00"),
        event("dossier.rated", "03-05 10:00", liked=False),
        as_of="03-08 08:00",
    )
    assert disliked["RESOLVED_ON_TIME"] == (True, "counts")
    assert disliked["DOSSIER_RECEIVING_SATISFACTION"] == (False, "unhappy")


def test_a_dossier_still_open_is_on_time_until_its_due_date_or_the_period_ends_before():
    facts = dossier(received("03-04 08:00", "03-06 17:00"))
    assert keeps_until(facts, MARCH, at("03-05 08:00"), NOTHING_KNOWN, Rules()) == at("03-06 17:00")
    assert keeps_until(facts, MARCH, at("03-07 08:00"), NOTHING_KNOWN, Rules()) is None
    later = dossier(received("03-28 08:00", "04-06 17:00"))
    assert keeps_until(later, MARCH, at("03-29 08:00"), NOTHING_KNOWN, Rules()) is None


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("level", ["province", "commune"])
def test_the_worth_of_one_is_the_step_of_the_score_but_for_its_rounding(level, counts):
    for rule in rules_of(INDEX, level):
        if rule.constant or rule.awarded is not None:
            continue
        for numerator, denominator in ((1, 1), (3, 7), (90, 100), (500, 501), (7, 30_000)):
            before = numerator - 1 if counts else numerator
            if before + 1 > denominator:
                continue
            step = (rule.points(before + 1, denominator).score or 0) - (
                rule.points(before, denominator).score or 0
            )
            assert abs(worth(rule, numerator, denominator, counts=counts) / 100 - step) <= 1


def test_nothing_is_worth_anything_where_all_points_are_had():
    rule = next(rule for rule in rules_of(INDEX, "commune") if rule.code == "ONLINE_SUBMITTED")
    assert worth(rule, 60, 100, counts=True) == worth(rule, 50, 100, counts=False) == 0, "50 % are enough"
    assert worth(rule, 50, 100, counts=True) == 12_00, "6 points of 50 dossiers"
    assert worth(rule, 0, 0, counts=False) == 0
