"""The story of `demo --live`: the same for the same seed, with nothing that is refused, and minutes to go."""

from itertools import islice, takewhile

import pytest

from schemas.events import EVENT_MODELS
from schemas.fast import encode
from streams.core.faults import fault
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.scenarios.binh_duong.catalogue import districts
from streams.scenarios.binh_duong.live import LiveStory

BEGIN = 1_795_000_000
MINUTES = 10


@pytest.fixture(scope="module")
def told():
    """What reaches us in the hours before the beginning and in the first minutes."""
    story = LiveStory(BEGIN, seed=7)
    return list(takewhile(lambda one: one[0] < BEGIN + 60 * MINUTES, story.deliveries()))


def test_the_same_seed_tells_the_same_and_another_one_something_else(told):
    again = list(islice(LiveStory(BEGIN, seed=7).deliveries(), len(told)))
    assert [(at, encode(event)) for at, event in again] == [(at, encode(event)) for at, event in told]
    other = list(islice(LiveStory(BEGIN, seed=8).deliveries(), 100))
    assert [encode(event) for _, event in other] != [encode(event) for _, event in told[:100]]


def test_events_come_in_the_order_in_which_they_reach_us_a_few_a_second(told):
    times = [at for at, _ in told]
    assert times == sorted(times)
    assert times[0] < BEGIN - 3600
    assert all(moment(event.recorded_at) == at * 1000 for at, event in told)
    live = sum(at >= BEGIN for at in times)
    assert 2 <= live / (60 * MINUTES) <= 8


def test_no_event_is_refused_and_no_id_is_used_twice(told):
    reference = Reference(list(LiveStory(BEGIN).reference()))
    assert [fault(event, reference) for _, event in told if fault(event, reference)] == []
    assert len({event.event_id for _, event in told}) == len(told)
    assert {event.type for _, event in told} <= set(EVENT_MODELS)


def test_the_nine_districts_are_open_now():
    reference = Reference(list(LiveStory(BEGIN).reference()))
    here = {unit.code for unit in reference.units_at(BEGIN * 1000) if unit.level == "district"}
    assert here == set(districts())


def test_some_dossiers_end_in_time_and_some_late_within_minutes(told):
    due = {event.dossier_code: event.due_at for _, event in told if event.type == "dossier.received"}
    ended = {event.dossier_code: event.finished_at for _, event in told if event.type == "dossier.resolved"}
    late = sum(at > due[code] for code, at in ended.items())
    assert 0.1 < late / len(ended) < 0.7
    terms = [
        (event.due_at - event.received_at).total_seconds()
        for _, event in told
        if event.type == "dossier.received"
    ]
    assert max(terms) < 600
