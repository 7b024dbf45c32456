"""From the bytes of a source record to an event, or to the reason why not. Never raises for bad data."""

from typing import NamedTuple, Protocol

from schemas import fast
from schemas.errors import BadEvent
from schemas.events import Event, partition_key
from schemas.events.clock import ClockTick
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.faults import fault
from streams.core.petition import PETITION_EVENTS
from streams.core.reference import Reference


class SourceRecord(Protocol):
    """What is read of a record of the event topic, whichever client fetched it."""

    @property
    def key(self) -> bytes | None: ...  # noqa: D102 - as every Kafka client has it
    @property
    def value(self) -> bytes | None: ...  # noqa: D102


class Refusal(NamedTuple):
    """Why a record cannot be an event: a reason of the fixed list and, where one is to blame, the field.

    `well_formed` tells that it is an event, in its place, which only what else is known speaks against: other
    reference data may let it pass.
    """

    reason: str
    field: str | None = None
    well_formed: bool = False


def read_record(record: SourceRecord, reference: Reference) -> Event | Refusal:
    """Return the event of a source record, checked against the reference data, or why there is none."""
    event = read_well_formed(record)
    if isinstance(event, Refusal) or event.type == "clock.tick":
        return event
    found = fault(event, reference)
    return event if found is None else Refusal(found.reason, found.field, well_formed=True)


def read_well_formed(record: SourceRecord) -> Event | Refusal:
    """Return the event of a source record by what the record itself shows, or why there is none."""
    if record.value is None:
        return Refusal("null_value")
    try:
        event = fast.decode(record.value)
    except BadEvent as bad:
        return Refusal(bad.reason, bad.field)
    if event.type == "clock.tick":
        return event
    reason = _misplaced(record, event)
    return event if reason is None else Refusal(reason)


def _misplaced(record: SourceRecord, event: Event) -> str | None:
    if event.type not in DOSSIER_EVENTS and event.type not in PETITION_EVENTS:
        return "wrong_topic"
    if record.key is None:
        return "null_key"
    return None if record.key == partition_key(event) else "wrong_key"


def as_tick(event: Event) -> ClockTick | None:
    """Return the event if it is the clock of a replay (the decoder's twins have its attributes, not its class)."""
    return event if event.type == "clock.tick" else None
