"""Time moves tallies only at flips: between two flips a running period sees every dossier and petition alike."""

import json
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fast import decode
from streams.core.contribution import contribution
from streams.core.facts import DossierFacts
from streams.core.flips import next_flip, next_petition_flip
from streams.core.masks import names
from streams.core.periods import moment
from streams.core.petition_contribution import petition_contribution
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.state import facts_of, load, merge_event
from tests.core.building import record
from tests.property.random_events import (
    DOSSIER,
    DOSSIER_DOCUMENTS,
    INSTANTS,
    PETITION,
    PETITION_DOCUMENTS,
)

REFERENCE = Reference(
    [
        record(
            "procedure",
            "1.1",
            {
                "valid_from": "2020-01-01",
                "name": "x",
                "max_time": 2,
                "time_unit": "working_day",
                "has_fee": True,
                "citizen_subject": True,
            },
        ),
        record("procedure", "1.2", {"valid_from": "2020-01-01", "name": "y"}),
    ]
)
DAY = 86_400_000
END = 1 << 61

MOMENTS = st.builds(
    lambda text, shift: moment(datetime.fromisoformat(text)) + shift,
    INSTANTS,
    st.sampled_from([-DAY, -1, 0, 1, 3_600_000, 5 * DAY, 25 * DAY]),
)
STARTS = st.just(-END) | MOMENTS


def counted(facts, start, cutoff, rules):
    """The mask of a period that began at `start` and still runs, and who holds the dossier."""
    judge = contribution if isinstance(facts, DossierFacts) else petition_contribution
    return judge(facts, start, END, cutoff, REFERENCE, rules), facts.holder(cutoff)


def flip(facts, after, rules):
    judge = next_flip if isinstance(facts, DossierFacts) else next_petition_flip
    return judge(facts, after, REFERENCE, rules)


def known(key, documents):
    state = load(key, None)
    for document in documents:
        merge_event(state, decode(json.dumps(document).encode()), 0)
    return facts_of(state, REFERENCE)


FACTS = st.one_of(
    st.lists(DOSSIER_DOCUMENTS, min_size=1, max_size=7).map(lambda some: known(f"d:{DOSSIER}", some)),
    st.lists(PETITION_DOCUMENTS, min_size=1, max_size=7).map(lambda some: known(f"p:{PETITION}", some)),
)
RULES = st.sampled_from([Rules(supplement_rule=rule) for rule in ("subtract", "restart", "shift")])


@settings(max_examples=800, deadline=None)
@given(FACTS, STARTS, MOMENTS, MOMENTS, RULES)
def test_between_two_moments_without_a_flip_nothing_counts_differently(facts, start, one, other, rules):
    early, late = sorted((one, other))
    coming = flip(facts, early, rules)
    if coming is None or coming > late:
        assert counted(facts, start, early, rules) == counted(facts, start, late, rules)
    else:
        assert counted(facts, start, early, rules) == counted(facts, start, coming - 1, rules)


@settings(max_examples=300, deadline=None)
@given(FACTS, MOMENTS, RULES)
def test_the_flips_of_a_dossier_come_one_after_the_other_and_end(facts, after, rules):
    for _ in range(60):
        coming = flip(facts, after, rules)
        if coming is None:
            return
        assert coming > after
        after = coming
    raise AssertionError("no end of flips")


@settings(max_examples=300, deadline=None)
@given(FACTS, STARTS, MOMENTS, RULES)
def test_what_counts_as_part_counts_as_whole(facts, start, cutoff, rules):
    found = set(names(counted(facts, start, cutoff, rules)[0]))
    parts = {
        "received": "handled",
        "received_synced": "received",
        "received_online": "received",
        "fee_dossiers": "received",
        "fee_paid": "fee_dossiers",
        "on_time": "handled",
        "satisfied": "on_time",
        "digitized": "result_available",
        "result_available": "handled",
        "personal_store": "citizen_data",
        "citizen_procedures_connected": "citizen_data",
        "completed": "handled",
        "open": "handled",
        "open_late": "open",
        "petitions_on_time": "petitions",
        "petitions_satisfied": "petitions_first",
    }
    assert [part for part, whole in parts.items() if part in found and whole not in found] == []
    assert not {"completed", "open"} <= found
    assert not {"on_time", "open_late"} <= found
