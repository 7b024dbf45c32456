"""The planned figures of binh-duong-q1-2024, its reference data, and the way its events are sent."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from schemas.events import parse_event
from schemas.fast import encode
from schemas.index import load_index
from schemas.reference import encode_reference, parse_reference
from streams.core.faults import fault
from streams.core.periods import day_of, day_start
from streams.core.reference import Reference
from streams.core.rounding import from_hundredths
from streams.core.scoring import score_unit
from streams.scenarios import scenario
from streams.scenarios.base import Checkpoint, Send, Tick
from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.catalogue import QUARTER_MONTHS
from streams.scenarios.binh_duong.story import Story
from streams.scenarios.binh_duong.table import BEGIN, END, tables

STORY = scenario("binh-duong-q1-2024")
COHORTS = {"2023": ("2023", "carried"), "2024-Q1": ("carried", *QUARTER_MONTHS)}
RECEIVED = {"2023": ("2023", "carried"), "2024-Q1": QUARTER_MONTHS}
IN_FORCE = day_start(day_of(date(2024, 4, 4)))


def midnight(*day: int) -> int:
    return day_start(day_of(date(*day)))


@pytest.fixture(scope="module")
def reference():
    return Reference(STORY.reference())


def planned(unit: str, period: str) -> dict[str, int]:
    """The counters that the targets of a district add up to."""

    def total(field: str, cohorts: tuple[str, ...]) -> int:
        rows = (row for row in catalogue.cohorts() if row.unit == unit and row.cohort in cohorts)
        return sum(getattr(row, field) for row in rows)

    handled, new = COHORTS[period], RECEIVED[period]
    presence = catalogue.presences()[unit, period]
    petitions = [row for row in catalogue.petition_targets() if row.unit == unit and row.cohort in new]
    received, everything, late = total("received", new), total("received", handled), total("late", handled)
    return {
        "received": received,
        "received_synced": received,
        "sync_expected": max(received, presence.reported or 0),
        "received_online": total("online", new),
        "fee_dossiers": total("fee", new),
        "fee_paid": total("fee_paid", new),
        "handled": everything,
        "on_time": everything - late,
        "satisfied": everything - late - total("unhappy", handled),
        "result_available": total("result", handled),
        "digitized": total("digitized", handled),
        "reused": total("reused", handled),
        "personal_store": total("store", handled),
        "citizen_data": total("citizen", handled),
        "online_services": presence.services,
        "fee_procedures_seen": presence.fee_seen,
        "fee_procedures_paid": presence.fee_paid,
        "citizen_procedures_connected": presence.citizen_connected,
        "petitions": sum(row.accepted + row.refused for row in petitions),
        "petitions_on_time": sum(row.on_time + row.refused for row in petitions),
        "petitions_first": sum(row.accepted for row in petitions),
        "petitions_satisfied": sum(row.satisfied for row in petitions),
    }


@pytest.mark.parametrize(("checkpoint", "period"), [("end-of-2023", "2023"), ("published", "2024-Q1")])
def test_the_planned_counters_score_the_expected_totals(reference, checkpoint, period):
    for row in catalogue.expected():
        if row.checkpoint == checkpoint:
            own = reference.catalogue_counters(row.unit, IN_FORCE, IN_FORCE + 1, IN_FORCE, 0)
            card = score_unit(load_index(STORY.formula), "district", own | planned(row.unit, period), None)
            assert {g.code: from_hundredths(g.score) for g in card.groups} == row.groups, row.unit
            assert from_hundredths(card.total) == row.total == sum(row.groups.values(), Decimal(0))


def test_the_province_has_nine_districts_and_ninety_one_communes(reference):
    levels = Counter(unit.level for unit in reference.units_at(IN_FORCE))
    assert levels == {"province": 1, "district": 9, "commune": 91}


def test_ben_cat_is_a_town_until_the_end_of_april_2024_and_a_city_after(reference):
    names = [reference.unit("BD.05", at).name for at in (midnight(2024, 4, 30), midnight(2024, 5, 1))]
    assert names == ["Thị xã Bến Cát", "Thành phố Bến Cát"]


def test_after_the_reform_of_2025_there_are_no_districts_and_communes_have_a_new_province(reference):
    before, after = midnight(2025, 6, 30), midnight(2025, 7, 1)
    assert reference.chain("BD.02.01", before) == ("BD.02.01", "BD.02", "BD")
    assert reference.chain("BD.02.01", after) == ("BD.02.01", "H29")
    assert {unit.level for unit in reference.units_at(after)} == {"province", "commune"}


def test_reference_records_survive_the_wire():
    records = list(STORY.reference())
    assert [parse_reference(encode_reference(record)) for record in records] == records


def test_no_event_is_refused_at_the_door_of_the_stream(reference):
    for number, (_, event) in enumerate(Story().deliveries()):
        assert fault(event, reference) is None
        if number % 101 == 0:
            assert encode(parse_event(encode(event))) == encode(event)


def test_an_event_id_belongs_to_one_content():
    contents = {}
    for _, event in Story().deliveries():
        assert contents.setdefault(event.event_id, event) == event


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    first = list(islice(Story(7).deliveries(), 3000))
    assert list(islice(Story(7).deliveries(), 3000)) == first
    assert list(islice(Story(8).deliveries(), 3000)) != first


@pytest.mark.parametrize("seed", range(5))
def test_the_targets_can_be_met_whatever_the_seed(seed):
    lives = Story(seed).lives
    assert len(lives) == sum(row.received for row in catalogue.cohorts())


def test_steps_send_nothing_before_its_time_and_end_with_the_last_tick():
    steps = list(STORY.steps())
    ticks = [step for step in steps if isinstance(step, Tick)]
    assert len(ticks) <= 170
    assert [tick.last for tick in ticks].count(True) == 1
    assert ticks[-1].last
    assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)
    clock = None
    for step in steps:
        if isinstance(step, Tick):
            clock = step.at
        elif isinstance(step, Send) and clock is not None:
            assert all(event.recorded_at > clock or is_copy(event, clock) for event in step.events)
        elif isinstance(step, Checkpoint):
            assert step.at == clock
    assert sum(len(step.events) for step in steps if isinstance(step, Send)) < 250_000


def is_copy(event, clock) -> bool:
    """A second delivery comes up to half an hour after the first."""
    return (clock - event.recorded_at).total_seconds() < 1800


def test_the_tables_of_the_documentation_are_those_of_the_data():
    page = (Path(__file__).parents[2] / "docs" / "binh-duong.md").read_text(encoding="utf-8")
    assert page.split(BEGIN)[1].split(END)[0].strip() == tables()
