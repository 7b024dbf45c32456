"""How records of the national sync API and corrections join the state of a dossier.

Signature and conventions as in `merge_life`. A record of DongBoHoSoMC carries the whole dossier: each of its
times is self-dated, its other fields are registers versioned by the record's newest inner time; a null says
nothing. A record marked as an update (isUpdating) corrects its self-dated times. Vendors send status 9 for 5,
6 and 8, so a status 9 or 10 without its date ends nothing; 3, 7 and 8 have no such history and end the
dossier at the record's time.
"""

from schemas.events.correction import corrected_instant
from schemas.events.dossier import DossierCorrected
from schemas.events.national import DossierProgressed, DossierRecorded
from streams.core.dossier_state import (
    FINISHED,
    RECEIVED,
    REFUSED,
    RETURNED,
    STOPPED,
    SUBMITTED,
    WITHDRAWN,
    DossierState,
)
from streams.core.instants import instant
from streams.core.merge_life import set_channel, set_due, set_procedure, set_round, set_stage, set_unit
from streams.core.merge_papers import (
    add_database,
    set_component,
    set_digitized,
    set_fees,
    set_payment,
    set_result,
    set_vneid,
)
from streams.core.registers import (
    CORRECTED,
    IMPLIED,
    NO_NUMBER,
    NO_TEXT,
    NO_TIME,
    STATED,
    IntRegister,
    TextRegister,
    earliest,
    latest,
)

_CORRECTIBLE = {
    "submitted_at": SUBMITTED,
    "received_at": RECEIVED,
    "refused_at": REFUSED,
    "finished_at": FINISHED,
    "returned_at": RETURNED,
    "withdrawn_at": WITHDRAWN,
    "stopped_at": STOPPED,
}
_ENDS_BY_STATUS = {3: REFUSED, 7: WITHDRAWN, 8: STOPPED, 9: FINISHED, 10: RETURNED}
_RECEIVED_STATUS = 2
_RESOLVED_STATUS = 9


def recorded(state: DossierState, event: DossierRecorded, at: int, seq: int) -> None:
    """Join one record of DongBoHoSoMC."""
    if event.is_update:
        _correct_times(state, event, at, seq)
    else:
        _state_times(state, event)
    _join_status(state, event, at)
    _join_identity(state, event, at, seq)
    if event.has_digitized_component is not None:
        set_digitized(state, event.has_digitized_component, at, seq)
    if event.vneid_verified is not None:
        set_vneid(state, event.vneid_verified, at, seq)
    if event.online_payment is not None:
        set_payment(state, event.online_payment, NO_TIME, at, seq)
    if event.fees is not None:
        set_fees(state, event.fees, at, seq)
    for code in event.databases:
        add_database(state, code)
    for component in event.components:
        set_component(state, component, at, seq)
    for supplement in event.supplements:
        set_round(state, supplement, at, seq)
    for result in event.results:
        set_result(state, result, at, seq)


def progressed(state: DossierState, event: DossierProgressed, at: int, seq: int) -> None:
    """Join one record of CapNhatTienDoHoSoMC: its status dates what the whole record may date better."""
    set_unit(state, IMPLIED, event.unit_code, at, seq)
    if event.status == _RECEIVED_STATUS:
        state.received = earliest(state.received, at)
    elif event.status in _ENDS_BY_STATUS:
        _hint(state, _ENDS_BY_STATUS[event.status], at)
    if event.stage_id is not None:
        started = None if event.stage_started_at is None else instant(event.stage_started_at)
        due = None if event.stage_due_at is None else instant(event.stage_due_at)
        set_stage(state, event.stage_id, started, due, at, seq)


def corrected(state: DossierState, event: DossierCorrected, at: int, seq: int) -> None:
    """Join a correction (đính chính): it replaces the value from the beginning of the field's life."""
    field, new = event.field, event.new
    if field in _CORRECTIBLE:
        _correct(state, _CORRECTIBLE[field], at, seq, _time(new))
    elif field == "due_at":
        state.due = _greater(state.due, (CORRECTED, at, seq, _time(new)))
    elif field == "channel":
        state.channel = _greater(state.channel, (CORRECTED, at, seq, _number(new)))
    elif field == "online_payment":
        payment = (CORRECTED, at, seq, _number(new), NO_TIME)
        if state.payment is None or payment > state.payment:
            state.payment = payment
    elif field == "procedure_code":
        state.procedure = _greater_text(state.procedure, (CORRECTED, at, seq, str(new or NO_TEXT)))
    else:
        state.unit = _greater_text(state.unit, (CORRECTED, at, seq, str(new or NO_TEXT)))


def _state_times(state: DossierState, event: DossierRecorded) -> None:
    if event.submitted_at is not None:
        state.submitted = earliest(state.submitted, instant(event.submitted_at))
    if event.received_at is not None:
        state.received = earliest(state.received, instant(event.received_at))
    if event.refused_at is not None:
        state.refused = latest(state.refused, instant(event.refused_at))
    if event.finished_at is not None:
        state.finished = latest(state.finished, instant(event.finished_at))
    if event.returned_at is not None:
        state.returned = latest(state.returned, instant(event.returned_at))


def _correct_times(state: DossierState, event: DossierRecorded, at: int, seq: int) -> None:
    for field, value in (
        (SUBMITTED, event.submitted_at),
        (RECEIVED, event.received_at),
        (REFUSED, event.refused_at),
        (FINISHED, event.finished_at),
        (RETURNED, event.returned_at),
    ):
        if value is not None:
            _correct(state, field, at, seq, instant(value))


def _join_status(state: DossierState, event: DossierRecorded, at: int) -> None:
    status = event.status
    if status is None or status not in _ENDS_BY_STATUS:
        return
    if status >= _RESOLVED_STATUS:
        if event.finished_at is None and event.returned_at is None:
            state.undated_end = latest(state.undated_end, at)
    elif event.refused_at is None:
        _hint(state, _ENDS_BY_STATUS[status], at)


def _join_identity(state: DossierState, event: DossierRecorded, at: int, seq: int) -> None:
    if event.handling_unit is not None:
        set_unit(state, STATED, event.handling_unit, at, seq)
    else:
        set_unit(state, IMPLIED, event.unit_code, at, seq)
    if event.procedure_code is not None:
        set_procedure(state, event.procedure_code, at, seq)
    if event.channel is not None:
        set_channel(state, event.channel, at, seq)
    if event.applicant_kind is not None:
        state.applicant_kind = _greater(state.applicant_kind, (STATED, at, seq, event.applicant_kind))
    if event.submitted_from is not None:
        state.submitted_from = _greater_text(state.submitted_from, (STATED, at, seq, event.submitted_from))
    if event.due_at is not None:
        set_due(state, instant(event.due_at), at, seq)
    if event.return_form is not None:
        state.return_form = _greater(state.return_form, (STATED, at, seq, event.return_form))


def _hint(state: DossierState, field: str, at: int) -> None:
    if state.hints is None:
        state.hints = {}
    state.hints[field] = latest(state.hints.get(field), at)


def _correct(state: DossierState, field: str, at: int, seq: int, value: int) -> None:
    if state.corrections is None:
        state.corrections = {}
    correction = (at, seq, value)
    held = state.corrections.get(field)
    if held is None or correction > held:
        state.corrections[field] = correction


def _time(value: str | int | None) -> int:
    return NO_TIME if value is None else instant(corrected_instant(str(value)))


def _number(value: str | int | None) -> int:
    return NO_NUMBER if value is None else int(value)


def _greater(held: IntRegister | None, proposed: IntRegister) -> IntRegister:
    return proposed if held is None or proposed > held else held


def _greater_text(held: TextRegister | None, proposed: TextRegister) -> TextRegister:
    return proposed if held is None or proposed > held else held
