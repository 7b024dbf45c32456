"""P1: the state of a dossier or petition is a pure function of the set of its events."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import EVENT_MODELS, parse_event
from schemas.fast import decode
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.petition import PETITION_EVENTS
from streams.core.reference import Reference
from streams.core.state import apply_events, encode_state, facts_of, load
from tests.property.random_events import DOSSIER, DOSSIER_DOCUMENTS, PETITION, PETITION_DOCUMENTS, documents

KEYS = {f"d:{DOSSIER}": DOSSIER_DOCUMENTS, f"p:{PETITION}": PETITION_DOCUMENTS}
OFFSET = 7


@st.composite
def deliveries(draw, documents):
    """Some events, and the same events again: shuffled, some repeated, cut into batches."""
    events = [
        decode(json.dumps(document).encode())
        for document in draw(st.lists(documents, min_size=1, max_size=8))
    ]
    again = draw(st.permutations(events + draw(st.lists(st.sampled_from(events), max_size=4))))
    cuts = sorted(draw(st.sets(st.integers(0, len(again)), max_size=3)))
    batches = [again[start:end] for start, end in zip([0, *cuts], [*cuts, len(again)], strict=True)]
    return events, batches


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_order_any_repetition_and_any_batches_give_the_same_stored_bytes(key, data):
    events, batches = data.draw(deliveries(KEYS[key]))
    expected = apply_events(key, None, events, OFFSET)
    stored = None
    for batch in batches:
        stored = apply_events(key, stored, batch, OFFSET)
    assert stored == expected


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_models_and_their_fast_twins_give_the_same_stored_bytes(key, data):
    raw = [json.dumps(document).encode() for document in data.draw(st.lists(KEYS[key], max_size=6))]
    twins = apply_events(key, None, [decode(each) for each in raw], OFFSET)
    assert apply_events(key, None, [parse_event(each) for each in raw], OFFSET) == twins


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_is_stored_comes_back_as_it_was_and_has_facts(key, data):
    events = [decode(json.dumps(each).encode()) for each in data.draw(st.lists(KEYS[key], max_size=8))]
    stored = apply_events(key, None, events, OFFSET)
    state = load(key, stored)
    assert encode_state(state) == stored
    assert facts_of(state, Reference()).code == key[2:]


@pytest.mark.parametrize("kind", sorted(DOSSIER_EVENTS | PETITION_EVENTS))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_event_of_any_type_changes_nothing_when_it_comes_again(kind, data):
    event = decode(json.dumps(data.draw(documents(EVENT_MODELS[kind]))).encode())
    key = f"p:{PETITION}" if kind in PETITION_EVENTS else f"d:{DOSSIER}"
    once = apply_events(key, None, [event], OFFSET)
    assert apply_events(key, once, [event], OFFSET) == once
