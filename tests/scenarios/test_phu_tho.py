"""phu-tho-2026-08 without servers: its events, through the core alone, give every published figure."""

from collections import defaultdict
from datetime import UTC

import pytest

from schemas.events import parse_event
from schemas.index import load_index
from streams.core.contribution import contribution
from streams.core.facts import DossierFacts
from streams.core.periods import parse_period
from streams.core.petition_contribution import petition_contribution
from streams.core.ranking import rank
from streams.core.reference import Reference
from streams.core.rounding import from_hundredths
from streams.core.rules import Rules
from streams.core.scoring import score_unit
from streams.core.state import facts_of, load, merge_event, subjects
from streams.core.tally import cell_of, named_counters
from streams.scenarios import scenario
from streams.scenarios.base import Checkpoint, Send, Tick, compare, indicator_readings, ranking_readings
from streams.scenarios.phu_tho import published
from streams.scenarios.phu_tho.expected import CHECKPOINT, group_scores
from streams.scenarios.phu_tho.story import all_events
from streams.scenarios.phu_tho.target import targets

STORY = scenario("phu-tho-2026-08")
PERIOD = parse_period(published.PERIOD)
CUTOFF = PERIOD.end - 1


@pytest.fixture(scope="module")
def reference():
    return Reference(STORY.reference())


@pytest.fixture(scope="module")
def counters(reference):
    """Counters of every unit and of the province, from the states that the events leave."""
    states = {}
    for event in all_events():
        for key in subjects(event):
            merge_event(states.setdefault(key, load(key, None)), event, 0)
    masks = defaultdict(list)
    for state in states.values():
        facts = facts_of(state, reference)
        add = contribution if isinstance(facts, DossierFacts) else petition_contribution
        mask = add(facts, PERIOD.start, PERIOD.end, CUTOFF, reference, Rules())
        unit = facts.holder(CUTOFF)
        services = reference.services(facts.procedure, unit, CUTOFF) if facts.procedure else ()
        for above in reference.chain(unit, CUTOFF):
            masks[above].append((mask, facts.procedure or "", services))
    found = {}
    for unit in published.units():
        own = named_counters(cell_of(masks[unit.code]))
        catalogue = reference.catalogue_counters(unit.code, PERIOD.start, PERIOD.end, CUTOFF, own["received"])
        found[unit.code] = own | catalogue
    return found


@pytest.fixture(scope="module")
def cards(counters):
    index = load_index(STORY.formula)
    levels = {unit.code: unit.level for unit in published.units()}
    return {u: score_unit(index, levels[u], own, counters["H44"]) for u, own in counters.items()}


def test_every_unit_has_exactly_the_counters_it_is_to_have(counters):
    named = {
        "handled": "handled",
        "received": "received",
        "received_synced": "received",
        "on_time": "on_time",
        "satisfied": "satisfied",
        "result_available": "result",
        "digitized": "digitized",
        "reused": "reused",
        "citizen_data": "citizen",
        "received_online": "online",
        "online_services": "services",
        "services_applied": "services_applied",
        "fee_dossiers": "fee",
        "fee_paid": "fee_paid",
        "fee_procedures": "fee_procedures",
        "fee_procedures_seen": "fee_procedures_seen",
        "fee_procedures_paid": "fee_procedures_paid",
        "citizen_procedures": "citizen_procedures",
        "citizen_procedures_connected": "citizen_connected",
        "petitions": "petitions",
        "petitions_first": "petitions",
        "petitions_on_time": "petitions_on_time",
        "petitions_satisfied": "petitions_satisfied",
    }
    for target in targets():
        got = {name: counters[target.unit][name] for name in named}
        assert got == {name: getattr(target, field) for name, field in named.items()}, target.unit


def test_every_published_figure_is_computed_without_a_difference(cards):
    ranks = rank({unit: card.total for unit, card in cards.items() if unit != "H44"})
    readings = {}
    for unit, card in cards.items():
        at = (CHECKPOINT, published.PERIOD, unit)
        groups = {g.code: from_hundredths(g.score) for g in card.groups}
        readings |= ranking_readings(at, from_hundredths(card.total), ranks.get(unit), card.grade, groups)
        for i in card.indicators:
            shown = {
                "numerator": i.numerator,
                "denominator": i.denominator,
                "ratio": None if i.ratio is None else from_hundredths(i.ratio),
                "score": None if i.score is None else from_hundredths(i.score),
            }
            readings |= indicator_readings(at, i.code, shown)
    assert [str(d) for d in compare(STORY.expectations(), readings)] == []


def test_at_least_ten_units_and_every_group_are_held_against_published_figures():
    groups = defaultdict(set)
    for unit, group in group_scores():
        groups[group].add(unit)
    assert {group: len(units) for group, units in groups.items()} == {
        "CKMB": 9 + 4,
        "TDGQ": 20,
        "CLGQ": 14,
        "TTTT": 14,
        "MDSH": 16,
        "MDHL": 13,
    }


def test_the_story_stays_modest():
    assert sum(target.handled for target in targets()) < 25_000
    assert len(all_events()) < 80_000


def test_every_event_passes_the_door_of_the_stream():
    for event in all_events()[::97]:
        assert parse_event(event.model_dump_json().encode()) == event


def test_event_ids_are_unique_and_the_story_is_the_same_each_time():
    events = all_events()
    assert len({event.event_id for event in events}) == len(events)
    all_events.cache_clear()
    assert all_events() == events


def test_steps_send_in_order_of_arrival_and_no_tick_passes_an_event_by():
    steps = list(STORY.steps())
    clock = None
    for step in steps:
        if isinstance(step, Send):
            arrivals = [event.recorded_at for event in step.events]
            assert arrivals == sorted(arrivals)
            assert clock is None or arrivals[0] >= clock
        elif isinstance(step, Tick):
            assert clock is None or step.at > clock
            clock = step.at
    assert isinstance(steps[-1], Checkpoint)
    assert [step.last for step in steps if isinstance(step, Tick)][-1]
    assert clock.astimezone(UTC).isoformat() == "2026-08-31T17:00:00+00:00"
