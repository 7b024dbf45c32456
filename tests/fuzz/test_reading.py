"""Any records in any order: each is merged, a tick, or refused with its reason, and what was merged can be counted."""

import json
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import BadEvent
from schemas.events import EVENT_MODELS, parse_event, partition_key
from schemas.reference import REFERENCE_MODELS, encode_reference, parse_reference
from streams.agents.reading import Refusal, as_tick, read_record, read_well_formed
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.dossier_partition import DossierPartition
from streams.core.facts import DossierFacts
from streams.core.periods import moment
from streams.core.petition import PETITION_EVENTS
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.state import facts_of, load
from streams.intake.dead_letters import dead_letter
from streams.sinks.fact_rows import dossier_row, petition_row
from tests.fuzz.damage import PLANTED, events_as_bytes, examples, leaks, raw_json, says

EXAMPLES = settings.default.max_examples * 3
NOW = 1_787_000_000_000
REASONS = {
    "null_value",
    "null_key",
    "wrong_key",
    "wrong_topic",
    "not_json",
    "not_an_object",
    "unknown_type",
    "unknown_version",
    "invalid",
    "oversize",
    "from_the_future",
    "unknown_unit",
    "unknown_procedure",
    "due_before_received",
}
SUBJECTS = sorted(DOSSIER_EVENTS | PETITION_EVENTS)
TIMES = st.sampled_from(
    [
        "1990-01-01T00:00:00Z",
        "2199-12-31T23:59:59.999999+07:00",
        "2026-08-10T08:00:00+07:00",
        "2026-08-10T08:00:00.000001-23:59",
        "2026-02-16T17:00:00Z",
    ]
)


class Record(NamedTuple):
    key: bytes | None
    value: bytes | None


def _said(document: Any, draw: Any) -> Any:
    """A document with its times moved to the ends of what there is, and its small numbers to theirs."""
    if isinstance(document, dict):
        return {name: _said(value, draw) for name, value in document.items()}
    if isinstance(document, list):
        return [_said(one, draw) for one in document]
    if isinstance(document, str) and document[10:11] == "T":
        return draw(TIMES)
    if isinstance(document, bool):
        return draw(st.booleans())
    return document


@st.composite
def valid_records(draw: st.DrawFn) -> Record:
    """An event of any kind at any time, under its key; about few dossiers and petitions, so that they meet."""
    example = draw(st.sampled_from([one for one in examples() if one.get("type") in EVENT_MODELS]))
    document = _said(example, draw)
    if "dossier_code" in document:
        document["dossier_code"] = draw(st.sampled_from(["H44-1", "H44-2"]))
    if "recorded_at" in document and draw(st.booleans()):
        document["recorded_at"] = "2199-12-31T23:59:59.999999+07:00"
    raw = raw_json(document)
    try:
        event = parse_event(raw)
    except BadEvent:
        return Record(b"H44-1", raw)
    key = partition_key(event) if event.type in SUBJECTS else b"clock"
    return Record(draw(st.sampled_from([key, key, key, key, None, b"", PLANTED[1].encode()])), raw)


RECORDS = st.lists(
    valid_records() | st.builds(Record, st.none() | st.binary(max_size=4), st.none() | events_as_bytes()),
    max_size=8,
)
SOME_REFERENCE = Reference(
    [
        parse_reference(encode_reference(parse_reference(json.dumps(one).encode())))
        for one in examples()
        if one.get("kind") in REFERENCE_MODELS
    ]
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(RECORDS, st.sampled_from([Reference(), SOME_REFERENCE]))
def test_each_record_is_merged_a_tick_or_refused_and_the_counts_close(records, reference):
    stored: dict[str, bytes] = {}
    partition = DossierPartition(
        0, stored=stored.get, reference=reference, rules=Rules(), grace_days=45, as_of=NOW, incarnation=1
    )
    merged = ticks = refused = 0
    for offset, record in enumerate(records):
        event = read_record(record, reference)
        if isinstance(event, Refusal):
            refused += 1
            assert event.reason in REASONS
            assert event.well_formed == (not isinstance(read_well_formed(record), Refusal))
            letter = dead_letter(event.reason, record.value, "t", 0, offset, NOW, field=event.field)
            assert not leaks(says(*letter[:2], *dict(letter.headers).values()))
        elif as_tick(event) is not None:
            ticks += 1
            partition.advance(min(moment(event.at), NOW + 10**10))
        else:
            merged += 1
            stored |= partition.merge([(offset, event)])
    assert merged + ticks + refused == len(records)
    partition.flush()
    partition.advance(NOW + 40 * 86_400_000)
    for partial in partition.flush():
        assert all(count >= 0 for cell in partial.cells.values() for count in cell.counters)
    for key, raw in stored.items():
        facts = facts_of(load(key, raw), reference)
        row = dossier_row(facts, 1, 0) if isinstance(facts, DossierFacts) else petition_row(facts, 1, 0)
        assert 0 <= row.source_offset < len(records)
