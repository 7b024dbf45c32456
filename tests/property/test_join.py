"""Two states of one subject join to the state of all events of both: what two owners wrote is not lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fast import decode
from streams.core import join
from streams.core.dossier_state import DossierState, Round, Stage
from streams.core.join import join_stored
from streams.core.petition_state import PetitionState
from streams.core.state import apply_events
from tests.property.random_events import DOSSIER, DOSSIER_DOCUMENTS, PETITION, PETITION_DOCUMENTS

KEYS = {f"d:{DOSSIER}": DOSSIER_DOCUMENTS, f"p:{PETITION}": PETITION_DOCUMENTS}


def _events(data, documents):
    """Some events, each at its source offset."""
    drawn = data.draw(st.lists(st.tuples(st.integers(0, 9), documents), max_size=8))
    return [(offset, decode(json.dumps(document).encode())) for offset, document in drawn]


def _stored(key, events):
    stored = apply_events(key, None, [], -1)
    for offset, event in events:
        stored = apply_events(key, stored, [event], offset)
    return stored


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_join_of_two_states_is_the_state_of_all_their_events(key, data):
    common, ones, others = (_events(data, KEYS[key]) for _ in range(3))
    one, other = _stored(key, common + ones), _stored(key, common + others)
    whole = _stored(key, common + ones + others)
    assert join_stored(key, [one, other]) == whole
    assert join_stored(key, [other, one]) == whole
    assert join_stored(key, [one, whole, other, one]) == whole


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_states_join_in_any_grouping(key, data):
    one, two, three = (_stored(key, _events(data, KEYS[key])) for _ in range(3))
    left = join_stored(key, [join_stored(key, [one, two]), three])
    assert left == join_stored(key, [one, join_stored(key, [two, three])])
    assert left == join_stored(key, [three, two, one])


@pytest.mark.parametrize(
    ("struct", "fields"),
    [
        (DossierState, join.DOSSIER_FIELDS),
        (PetitionState, join.PETITION_FIELDS),
        (Round, join.ROUND_FIELDS),
        (Stage, join.STAGE_FIELDS),
    ],
)
def test_every_field_of_a_state_has_a_way_to_join(struct, fields):
    assert tuple(fields) == struct.__struct_fields__


def test_states_of_two_subjects_do_not_join():
    with pytest.raises(ValueError, match="two subjects"):
        join.join_states(DossierState(1, "A"), DossierState(1, "B"))
