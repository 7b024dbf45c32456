"""Faults that one event shows by itself: such an event is refused with its reason, whatever else is known.

Contradictions between events are never faults; they are flags derived from the state (`contradictions.py`).
"""

from datetime import timedelta
from typing import Any, Final, NamedTuple

from schemas.events import EVENT_MODELS, Event
from schemas.events.dossier import DossierCorrected
from streams.core.reference import Reference

MAX_AHEAD: Final = timedelta(minutes=5)
"""How far a source's clock may run ahead of ours."""

_UNIT_FIELDS: Final = ("handling_unit", "to_unit", "from_unit")


_OTHER_UNITS: Final = {
    kind: tuple(name for name in _UNIT_FIELDS if name in model.model_fields)
    for kind, model in EVENT_MODELS.items()
}
_WITH_PROCEDURE: Final = frozenset({"dossier.submitted", "dossier.received", "dossier.recorded"})
_WITH_DUE: Final = frozenset({"dossier.received", "dossier.recorded"})
# A tick names no unit, an opening the unit that is not known yet.
_UNJUDGED: Final = frozenset({"clock.tick", "unit.opened"})


class Fault(NamedTuple):
    """Why an event is refused: a reason, and the field that is to blame."""

    reason: str
    field: str


def fault(event: Event, reference: Reference) -> Fault | None:
    """Return why an event is refused, None if it is not.

    `from_the_future`: it says it happened more than five minutes after it reached us; `unknown_unit`,
    `unknown_procedure`: a code that the reference knows at no time (an empty register knows every code);
    `due_before_received`: within one record.
    """
    kind = event.type
    if kind in _UNJUDGED:
        return None
    said: Any = event
    if said.occurred_at > said.recorded_at and said.occurred_at - said.recorded_at > MAX_AHEAD:
        return Fault("from_the_future", "occurred_at")
    if not reference.unit_exists(said.unit_code):
        return Fault("unknown_unit", "unit_code")
    for name in _OTHER_UNITS[kind]:
        code = getattr(said, name)
        if code is not None and not reference.unit_exists(code):
            return Fault("unknown_unit", name)
    if kind in _WITH_PROCEDURE:
        return _of_record(said, reference)
    return _of_correction(said, reference) if kind == "dossier.corrected" else None


def _of_record(said: Any, reference: Reference) -> Fault | None:
    code = said.procedure_code
    if code is not None and not reference.procedure_exists(code):
        return Fault("unknown_procedure", "procedure_code")
    if said.type in _WITH_DUE and said.due_at is not None and said.received_at is not None:
        return Fault("due_before_received", "due_at") if said.due_at < said.received_at else None
    return None


def _of_correction(said: DossierCorrected, reference: Reference) -> Fault | None:
    if said.new is None:
        return None
    if said.field == "handling_unit" and not reference.unit_exists(str(said.new)):
        return Fault("unknown_unit", "new")
    if said.field == "procedure_code" and not reference.procedure_exists(str(said.new)):
        return Fault("unknown_procedure", "new")
    return None
