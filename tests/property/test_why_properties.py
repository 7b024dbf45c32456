"""Why a total moved: credits add up to the cent, whatever happened in whatever order."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.counters import DOSSIER_COUNTERS, PRESENCE_COUNTERS
from schemas.fast import decode
from schemas.index import load_index
from streams.core.evaluation import mask_in
from streams.core.history import NOTHING, Change, Contribution, Historian, Span, Told
from streams.core.periods import parse_period
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.scoring import score_unit
from streams.core.state import facts_of, load, merge_event
from streams.core.tally import cell_of, named_counters
from streams.core.what_if import points_of
from streams.core.why import by_indicator, by_subject, walk
from tests.core.building import at, event
from tests.property.random_events import DOSSIER, DOSSIER_DOCUMENTS

INDEX = load_index("portal-2026")
BITS = len(DOSSIER_COUNTERS) + len(PRESENCE_COUNTERS)
CATALOGUE = {"services_applied": 3, "fee_procedures": 3, "citizen_procedures": 2, "certified_copy": 1}
MARCH = parse_period("2024-03")
DAY = 86_400_000

CONTRIBUTIONS = st.builds(
    Contribution, st.integers(0, (1 << BITS) - 1), st.sampled_from(["1.1", "1.2"]), st.just(("s1", "s2"))
)


def scorer(catalogue):
    def score(cell):
        counters = named_counters(cell) | catalogue
        counters["sync_expected"] = counters["received"]
        return score_unit(INDEX, "district", counters, {})

    return score


@st.composite
def sequences(draw):
    """Dossiers that each move through any contributions, their changes mixed in any order."""
    histories = draw(st.lists(st.lists(CONTRIBUTIONS, min_size=1, max_size=5), max_size=6))
    changes = []
    for which, held in enumerate(histories):
        moments = sorted(draw(st.lists(st.integers(0, 9), min_size=len(held) - 1, max_size=len(held) - 1)))
        for number, (when, (before, after)) in enumerate(zip(moments, pairwise(held), strict=True)):
            changes.append(Change(when, 0, number, f"d:{which}", "clock", before, after))
    changes = draw(st.permutations(changes))
    return [held[0] for held in histories], [held[-1] for held in histories], changes


@settings(max_examples=300, deadline=None)
@given(sequences(), st.integers(0, 5))
def test_any_sequence_adds_up_to_the_cent(case, services):
    first, last, changes = case
    then, now = scorer(CATALOGUE), scorer(CATALOGUE | {"services_applied": services})
    found = walk(first, changes, then, now)
    assert found.first == then(cell_of(first))
    assert found.last == now(cell_of(last))
    assert sum(step.credit for step in found.steps) == found.difference
    assert found.difference == points_of(found.last) - points_of(found.first)
    assert sum(by_indicator(found.steps).values()) == found.difference
    closing = sum(step.credit for step in found.steps if step.change is None)
    each = [step.credit for steps in by_subject(found.steps).values() for step in steps]
    assert sum(each) + closing == found.difference


def told(documents, arrivals):
    return [
        Told(at, 0, offset, decode(json.dumps(document).encode()))
        for offset, (document, at) in enumerate(zip(documents, arrivals, strict=True))
    ]


def known(events, at):
    state = load(f"d:{DOSSIER}", None)
    for one in events:
        if one.at <= at:
            merge_event(state, one.event, one.offset)
    return state


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_history_leads_from_what_was_known_first_to_what_was_known_last(data):
    documents = data.draw(st.lists(DOSSIER_DOCUMENTS, max_size=8))
    arrivals = [MARCH.start + DAY * data.draw(st.integers(0, 40)) for _ in documents]
    start = MARCH.start + DAY * data.draw(st.integers(0, 35))
    end = start + DAY * data.draw(st.integers(0, 35))
    events, reference, rules = told(documents, arrivals), Reference(), Rules()
    unit = data.draw(st.sampled_from(["H44.1", "H44.2", "H44"]))
    found = Historian(Span(unit, MARCH, start, end), reference, rules).history(f"d:{DOSSIER}", events)

    def expected(moment):
        facts, cutoff = facts_of(known(events, moment), reference), MARCH.cutoff(moment)
        mask = mask_in(facts, MARCH.start, MARCH.end, cutoff, reference, rules)
        return mask if mask and facts.holder(cutoff) == unit else 0

    assert found.first.mask == expected(start)
    held = found.first
    for change in found.changes:
        assert start <= change.at <= end
        assert change.before == held
        assert change.after.mask == expected(change.at) or change.cause != "clock"
        held = change.after
    assert held.mask == expected(end)
    assert all(change.cause != "reference" for change in found.changes)


def test_a_due_date_that_passes_is_a_change_of_the_clock():
    received = event("dossier.received", "03-04 08:00", due_at="03-06 08:00", procedure_code="1.1", channel=2)
    events = [Told(at("03-04 08:00"), 0, 0, received)]
    span = Span("H44.100", MARCH, at("03-05 00:00"), at("03-10 00:00"))
    found = Historian(span, Reference(), Rules()).history(f"d:{DOSSIER}", events)
    (change,) = found.changes
    assert (change.cause, change.at) == ("clock", at("03-06 08:00") + 1)
    assert found.first is not NOTHING
