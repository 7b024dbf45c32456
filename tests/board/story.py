"""Dossiers told to ClickHouse as a worker tells them: reference data, events in the archive, and facts made of them."""

from collections.abc import Iterable, Sequence

from schemas.events import Event
from schemas.fast import decode, encode
from schemas.reference import ReferenceRecord
from schemas.topics import load_topic
from streams.core.facts import DossierFacts
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.state import facts_of, load, merge_event, subjects
from streams.sinks.fact_rows import dossier_row
from streams.sinks.rows import EventBatch, ReferenceRow
from tests.board.conftest import Served

PARTITION = 0


def tell_reference(served: Served, records: Iterable[ReferenceRecord]) -> None:
    """Write reference data."""
    served.sink.write_reference(
        [
            ReferenceRow(record.kind, record.code, 0, record.model_dump_json(), 1, place, place)
            for place, record in enumerate(records)
        ]
    )


def tell_dossiers(served: Served, events: Sequence[Event], records: Iterable[ReferenceRecord]) -> None:
    """Write events of dossiers to the archive, and what follows from them."""
    topic, reference = load_topic("dossier-events"), Reference(records)
    served.sink.write_events(
        [
            EventBatch(
                topic.epoch,
                topic.full_name(served.settings),
                PARTITION,
                tuple(range(len(events))),
                tuple(moment(event.recorded_at) for event in events),
                tuple(encode(event) for event in events),
            )
        ]
    )
    states = {key: load(key, None) for event in events for key in subjects(event)}
    for offset, event in enumerate(events):
        for key in subjects(event):
            merge_event(states[key], decode(encode(event)), offset)
    facts = [facts_of(state, reference) for state in states.values()]
    served.sink.write_dossiers(
        [dossier_row(one, topic.epoch, PARTITION) for one in facts if isinstance(one, DossierFacts)]
    )
