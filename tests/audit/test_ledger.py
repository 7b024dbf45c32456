"""The account of offsets, without servers: what is missing, what is double, and what a crash may leave."""

from hashlib import sha256

import pytest

from schemas.fast import encode
from streams.audit.ledger import Ledger, Letter, stale_rows
from streams.audit.records import SourceRecord
from streams.core.reference import Reference
from tests.integration.pipeline_world import COMMUNES, local, received, reference_records, resolved, tick

CODE = f"{COMMUNES[0]}-260803-0001"
GOOD = received(CODE, COMMUNES[0], local("2026-08-03 08:00"), local("2026-08-05 08:00"))
LATER = resolved(CODE, COMMUNES[0], local("2026-08-04 08:00"))


def record(offset, event):
    return SourceRecord(
        "events", 0, offset, CODE.encode(), encode(event) if event is not None else b"not json"
    )


def letter(of, reason="not_json", **changed):
    return Letter(0, of.offset, reason, sha256(of.value).hexdigest())._replace(**changed)


def entered(records, letters=()):
    ledger = Ledger(Reference(reference_records()))
    ledger.enter(records, letters)
    return ledger


def test_events_ticks_and_refused_records_add_up_and_a_repetition_is_told_from_a_change():
    bad = record(2, None)
    clock = SourceRecord("events", 0, 4, b"clock", encode(tick(local("2026-08-20 17:00"), last=True)))
    closing = entered([record(0, GOOD), record(1, LATER), bad, record(3, GOOD), clock], [letter(bad)]).closing
    assert closing.faults == []
    assert closing.counts == {
        "records": 5,
        "merged, changed": 2,
        "merged, repetition": 1,
        "dead letters": 1,
        "ticks": 1,
    }


def test_a_record_that_is_no_event_and_has_no_letter_is_missing():
    closing = entered([record(0, None)]).closing
    assert closing.counts["missing"] == 1
    assert [(one.offset, one.problem) for one in closing.faults] == [
        (0, "not_json, and no dead letter says so")
    ]


def test_the_same_letter_twice_is_counted_and_is_no_fault():
    bad = record(0, None)
    closing = entered([bad], [letter(bad), letter(bad)]).closing
    assert closing.faults == []
    assert closing.counts == {"records": 1, "dead letters": 1, "letters repeated": 1}


@pytest.mark.parametrize(
    ("event", "reasons", "changed", "problem"),
    [
        (GOOD, ["not_json"], {}, "a dead letter says not_json, and the record is good"),
        (None, ["not_json", "oversize"], {}, "buried for different reasons: not_json, oversize"),
        (None, ["oversize"], {}, "a dead letter says oversize, the record shows not_json"),
        (None, ["not_json"], {"sha256": "0"}, "the hash in its dead letter is of another record"),
    ],
)
def test_a_letter_that_does_not_fit_its_record_is_a_fault(event, reasons, changed, problem):
    one = record(0, event)
    closing = entered([one], [letter(one, reason, **changed) for reason in reasons]).closing
    assert [fault.problem for fault in closing.faults] == [problem]


def test_a_letter_about_a_record_that_is_not_there_is_a_fault():
    closing = entered([record(0, GOOD)], [letter(record(7, None))]).closing
    assert [(one.offset, one.problem) for one in closing.faults] == [
        (7, "a dead letter (not_json) names it, and there is no such record")
    ]


def test_what_only_the_reference_data_of_today_would_refuse_was_merged():
    stranger = received(CODE, "H97", local("2026-08-03 08:00"))
    closing = entered([record(0, stranger)]).closing
    assert closing.faults == []
    assert closing.counts["merged under other reference data"] == 1
    assert closing.counts["merged, changed"] == 1


def test_rows_that_are_missing_behind_or_surplus_are_named():
    states = entered([record(0, GOOD), record(1, LATER)]).states
    key = f"d:{CODE}"
    assert list(stale_rows(states, [(key, 0, 1)])) == []
    assert list(stale_rows(states, [])) == [(key, "has no row")]
    assert list(stale_rows(states, [(key, 0, 0)])) == [
        (key, "its row is of event 0@0, the log's last is 0@1")
    ]
    assert list(stale_rows(states, [(key, 0, 1), ("p:P", 0, 5)])) == [
        ("p:P", "has a row, and the log no event")
    ]
