"""From the bytes of a source record to an event, or to the reason why not. Never raises for bad data."""

from typing import NamedTuple

from aiokafka.structs import ConsumerRecord

from schemas import fast
from schemas.errors import BadEvent
from schemas.events import Event, partition_key
from schemas.events.clock import ClockTick
from streams.core.faults import fault
from streams.core.reference import Reference


class Refusal(NamedTuple):
    """Why a record cannot be an event: a reason of the fixed list and, where one is to blame, the field."""

    reason: str
    field: str | None = None


def read_record(record: ConsumerRecord, reference: Reference) -> Event | Refusal:
    """Return the event of a source record, checked against the reference data, or why there is none."""
    if record.value is None:
        return Refusal("null_value")
    try:
        event = fast.decode(record.value)
    except BadEvent as bad:
        return Refusal(bad.reason, bad.field)
    if is_tick(event):
        return event
    if record.key is None:
        return Refusal("null_key")
    if record.key != partition_key(event):
        return Refusal("wrong_key")
    reason = fault(event, reference)
    return Refusal(reason) if reason is not None else event


def is_tick(event: Event) -> bool:
    """Tell whether the event is the clock of a replay."""
    return event.type == ClockTick.model_fields["type"].default
