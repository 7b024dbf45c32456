"""The load: the same bytes for the same seed, in time order, and every record an event that we take."""

import itertools
from datetime import UTC, datetime
from typing import Any

from bench.contenders.common import Counts, Dossier
from bench.load import events, later_events, open_dossiers, reference_records
from schemas import fast
from streams.core.facts import DossierFacts
from streams.core.faults import fault
from streams.core.reference import Reference
from streams.core.state import facts_of, load, merge_event
from tests.bench.documents import counted

UNTIL = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_same_seed_gives_the_same_bytes_and_another_one_gives_others():
    first = list(events(3000, until=UNTIL))
    assert first == list(events(3000, until=UNTIL))
    assert first != list(events(3000, until=UNTIL, seed=767))
    assert len(first) == 3000


def test_events_come_in_the_order_in_which_they_occurred_and_end_before_the_moment():
    moments = [fast.decode(record.value).occurred_at for record in events(3000, until=UNTIL)]
    assert all(earlier <= later for earlier, later in itertools.pairwise(moments))
    assert moments[-1] <= UNTIL


def test_every_record_is_an_event_without_a_fault():
    reference = Reference(reference_records())
    loads: Any = (
        events(2000, until=UNTIL),
        open_dossiers(300, until=UNTIL),
        later_events(300, dossiers=300, until=UNTIL),
    )
    for record in itertools.chain(*loads):
        assert fault(fast.decode(record.value), reference) is None


def test_open_dossiers_are_received_and_open_and_later_events_are_of_them():
    codes = set()
    for record in open_dossiers(200, until=UNTIL):
        event = fast.decode(record.value)
        state = load(f"d:{event.dossier_code}", None)
        merge_event(state, event, 0)
        facts = facts_of(state, Reference(reference_records()))
        assert isinstance(facts, DossierFacts)
        assert facts.received_at is not None
        assert facts.finished_at is None
        codes.add(record.key)
    assert len(codes) == 200
    assert {record.key for record in later_events(2000, dossiers=200, until=UNTIL)} <= codes


def test_the_work_of_the_contenders_counts_what_the_documents_say():
    records = list(events(3000, until=UNTIL))
    dossiers: dict[str, Dossier] = {}
    counts = Counts()
    for record in records:
        event: Any = fast.decode(record.value)
        before = dossiers.get(event.dossier_code, Dossier())
        dossiers[event.dossier_code] = after = before.hear(event)
        counts.move(before, after)
    assert counts.total() == counted(records)
