"""Builders for tests of the core: events as they come from the wire, dossiers and petitions from a few events."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from schemas.events import Event
from schemas.fast import decode
from schemas.reference import ReferenceRecord, parse_reference
from streams.core.facts import DossierFacts, PetitionFacts
from streams.core.periods import LOCAL, moment
from streams.core.reference import Reference
from streams.core.state import facts_of, load, merge_event, subjects

DOSSIER = "H44.100-240301-0001"
PETITION = "PAKN-0001"
UNIT = "H44.100"
PROCEDURE = "2.000815"

TIME_FIELDS = frozenset(
    {
        "due_at",
        "due_before",
        "due_after",
        "stage_due_at",
        "stage_started_at",
        "apology_sent_at",
        "completed_at",
    }
)


def wire(text: str) -> str:
    """`03-04 08:00` (of 2024, local) or a full local time as the wire has it."""
    full = text if text[:4].isdigit() else f"2024-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=LOCAL).isoformat()


def at(text: str) -> int:
    """The epoch milliseconds of a local time."""
    return moment(datetime.fromisoformat(wire(text)))


def event(kind: str, when: str, **fields: Any) -> Event:
    """An event as the fast decoder gives it; `when` is its business time and that of its own field, if it has one."""
    document: dict[str, Any] = {
        "v": 1,
        "type": kind,
        "event_id": f"{kind}-{when}",
        "source": "onegate",
        "unit_code": UNIT,
        "occurred_at": wire(when),
        "recorded_at": wire(when),
    }
    document["petition_code" if kind.startswith("petition.") else "dossier_code"] = (
        PETITION if kind.startswith("petition.") else DOSSIER
    )
    own = _OWN_TIME.get(kind)
    if own is not None:
        document[own] = wire(when)
    for name, value in fields.items():
        is_time = isinstance(value, str) and (name in TIME_FIELDS or name.endswith("_at"))
        document[name] = wire(value) if is_time else value
    return decode(json.dumps(document).encode())


_OWN_TIME = {
    "dossier.submitted": "submitted_at",
    "dossier.received": "received_at",
    "dossier.refused": "refused_at",
    "dossier.transferred": "transferred_at",
    "dossier.supplement_requested": "requested_at",
    "dossier.supplement_completed": "completed_at",
    "dossier.rescheduled": "apology_sent_at",
    "dossier.resolved": "finished_at",
    "dossier.returned": "returned_at",
    "dossier.withdrawn": "withdrawn_at",
    "dossier.stopped": "stopped_at",
    "dossier.paid": "paid_at",
    "dossier.synced": "synced_at",
    "dossier.rated": "rated_at",
    "stage.started": "started_at",
    "stage.finished": "finished_at",
    "petition.lodged": "sent_at",
    "petition.transferred": "transferred_at",
    "petition.received": "received_at",
    "petition.refused": "refused_at",
    "petition.returned": "returned_at",
    "petition.supplement_requested": "requested_at",
    "petition.answered": "answered_at",
    "petition.published": "published_at",
}


def received(when: str, due: str | None = None, **fields: Any) -> Event:
    """A reception, with a due date if one is given."""
    if due is not None:
        fields["due_at"] = due
    return event("dossier.received", when, **fields)


def state_of(key: str, events: Iterable[Event]) -> Any:
    """The state under a key after the events that concern it."""
    state = load(key, None)
    for offset, each in enumerate(events):
        if key in subjects(each):
            merge_event(state, each, offset)
    return state


def dossier(*events: Event, reference: Reference | None = None) -> DossierFacts:
    """The facts of the dossier all these events are of."""
    facts = facts_of(state_of(f"d:{DOSSIER}", events), reference or Reference())
    assert isinstance(facts, DossierFacts)
    return facts


def petition(*events: Event) -> PetitionFacts:
    """The facts of the petition all these events are of."""
    facts = facts_of(state_of(f"p:{PETITION}", events), Reference())
    assert isinstance(facts, PetitionFacts)
    return facts


def record(kind: str, code: str, *history: dict[str, Any], **fields: Any) -> ReferenceRecord:
    """A reference record."""
    document = {"v": 1, "kind": kind, "code": code, **fields}
    if history:
        document["history"] = list(history)
    return parse_reference(json.dumps(document).encode())
