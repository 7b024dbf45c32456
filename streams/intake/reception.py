"""The door: each document becomes what is to be sent, or a dead letter. Pure but for the documents it is given."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from schemas.errors import BadEvent
from schemas.events import Event
from schemas.fast import decode
from schemas.reference import ReferenceRecord, parse_reference
from streams.intake.context import Intake
from streams.intake.dead_letters import DeadLetter, file_dead_letter
from streams.intake.documents import SourceDocument
from streams.intake.national import RecordRefusal, adapt_call

_CALL_KEYS = frozenset({"service", "data", "madonvi"})


class Accepted(NamedTuple):
    """What one record becomes: its events, or one reference record."""

    events: tuple[Event, ...] = ()
    reference: ReferenceRecord | None = None


class Refused(NamedTuple):
    """Why a record goes nowhere, where it stands (`file:line` or `file:line/record`), and what is kept of it."""

    reason: str
    field: str | None
    position: str
    letter: DeadLetter


def receive(document: SourceDocument, intake: Intake) -> Iterator[Accepted | Refused]:
    """Every record of a document: a call of the national API, one of our events, or a reference record."""
    value = document.value
    if document.damaged or not isinstance(value, dict):
        yield _refused("not_json" if document.damaged else "not_an_object", None, None, document, intake)
    elif "type" not in value and not _CALL_KEYS.isdisjoint(value):
        yield from _receive_call(document, intake)
    else:
        yield _receive_native(document, intake)


def _receive_call(document: SourceDocument, intake: Intake) -> Iterator[Accepted | Refused]:
    for outcome in adapt_call(document.value, intake):
        if isinstance(outcome, RecordRefusal):
            yield _refused(outcome.reason, outcome.field, outcome.record, document, intake)
        else:
            yield Accepted(events=outcome.events)


def _receive_native(document: SourceDocument, intake: Intake) -> Accepted | Refused:
    try:
        if "kind" in document.value and "type" not in document.value:
            return Accepted(reference=parse_reference(document.raw))
        event = decode(document.raw)
    except BadEvent as bad:
        return _refused(bad.reason, bad.field, None, document, intake)
    if event.type == "clock.tick":
        return _refused("clock_tick", "type", None, document, intake)
    return Accepted(events=(event,))


def _refused(
    reason: str, field: str | None, record: int | None, document: SourceDocument, intake: Intake
) -> Refused:
    place = ".".join(str(part) for part in (document.item, record) if part is not None) or None
    letter = file_dead_letter(
        reason,
        document.raw,
        document.file,
        document.line,
        place,
        epoch_ms(intake.recorded_at),
        field=field,
    )
    position = f"{document.file}:{document.line}" + (f"/{place}" if place else "")
    return Refused(reason, field, position, letter)


def epoch_ms(moment: datetime) -> int:
    """An aware time in epoch milliseconds, UTC."""
    return round(moment.timestamp() * 1000)
