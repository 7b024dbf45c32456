"""How events of a dossier's life join its state: reception, transfers, pauses, new dates, ends, stages.

Every function takes the state, the event (a model of `schemas.events` or its fast twin), the event's
`occurred_at` in epoch milliseconds UTC and its `source_seq`, and changes the state in place. Times that an
event carries for its own fact (self-dated) need no other version; everything else is a register versioned by
`(occurred_at, source_seq)`.
"""

from schemas.events.dossier import (
    DossierReceived,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierReturned,
    DossierStopped,
    DossierSubmitted,
    DossierTransferred,
    DossierWithdrawn,
)
from schemas.events.stage import StageFinished, StageStarted
from schemas.events.supplement import Supplement, SupplementCompleted, SupplementRequested
from streams.core.dossier_state import DossierState, Round, Stage
from streams.core.instants import instant
from streams.core.registers import IMPLIED, NO_TEXT, NO_TIME, STATED, earliest, latest


def submitted(state: DossierState, event: DossierSubmitted, at: int, seq: int) -> None:
    """The unit it was handed in at handles it only as long as nothing better is known."""
    state.submitted = earliest(state.submitted, instant(event.submitted_at))
    set_procedure(state, event.procedure_code, at, seq)
    set_unit(state, IMPLIED, event.unit_code, at, seq)
    if event.channel is not None:
        set_channel(state, event.channel, at, seq)
    if event.applicant_kind is not None:
        kind = (STATED, at, seq, event.applicant_kind)
        if state.applicant_kind is None or kind > state.applicant_kind:
            state.applicant_kind = kind
    if event.submitted_from is not None:
        place = (STATED, at, seq, event.submitted_from)
        if state.submitted_from is None or place > state.submitted_from:
            state.submitted_from = place


def received(state: DossierState, event: DossierReceived, at: int, seq: int) -> None:
    """Reception states the handling unit: the one named, else the event's own."""
    state.received = earliest(state.received, instant(event.received_at))
    set_unit(state, STATED, event.handling_unit or event.unit_code, at, seq)
    if event.procedure_code is not None:
        set_procedure(state, event.procedure_code, at, seq)
    if event.due_at is not None:
        set_due(state, instant(event.due_at), at, seq)
    if event.channel is not None:
        set_channel(state, event.channel, at, seq)


def refused(state: DossierState, event: DossierRefused, at: int, seq: int) -> None:  # noqa: ARG001
    """Join a stated refusal."""
    state.refused = latest(state.refused, instant(event.refused_at))


def resolved(state: DossierState, event: DossierResolved, at: int, seq: int) -> None:  # noqa: ARG001
    """Join a stated end of processing (NgayKetThucXuLy)."""
    state.finished = latest(state.finished, instant(event.finished_at))


def returned(state: DossierState, event: DossierReturned, at: int, seq: int) -> None:
    """Join a stated handing over of the result (NgayTra)."""
    state.returned = latest(state.returned, instant(event.returned_at))
    if event.return_form is not None:
        form = (STATED, at, seq, event.return_form)
        if state.return_form is None or form > state.return_form:
            state.return_form = form


def withdrawn(state: DossierState, event: DossierWithdrawn, at: int, seq: int) -> None:  # noqa: ARG001
    """Join a stated withdrawal."""
    state.withdrawn = latest(state.withdrawn, instant(event.withdrawn_at))


def stopped(state: DossierState, event: DossierStopped, at: int, seq: int) -> None:  # noqa: ARG001
    """Join a stated stop of processing."""
    state.stopped = latest(state.stopped, instant(event.stopped_at))


def transferred(state: DossierState, event: DossierTransferred, at: int, seq: int) -> None:  # noqa: ARG001
    """Transfers are a set: the holder at any moment can be told from them."""
    transfer = (instant(event.transferred_at), event.to_unit, event.from_unit or NO_TEXT)
    if state.transfers is None:
        state.transfers = {transfer}
    else:
        state.transfers.add(transfer)


def rescheduled(state: DossierState, event: DossierRescheduled, at: int, seq: int) -> None:  # noqa: ARG001
    """Apologies with a new due date are a set: a second one is a flag, not a replacement."""
    before = NO_TIME if event.due_before is None else instant(event.due_before)
    entry = (instant(event.apology_sent_at), instant(event.due_after), before)
    if state.reschedules is None:
        state.reschedules = {entry}
    else:
        state.reschedules.add(entry)


def supplement_requested(
    state: DossierState,
    event: SupplementRequested,
    at: int,  # noqa: ARG001
    seq: int,  # noqa: ARG001
) -> None:
    """Join the request of a round."""
    entry = _round(state, event.round_id)
    entry.requested = earliest(entry.requested, instant(event.requested_at))


def supplement_completed(state: DossierState, event: SupplementCompleted, at: int, seq: int) -> None:
    """Join the completion of a round and its new due date."""
    _complete(_round(state, event.round_id), event, at, seq)


def set_round(state: DossierState, event: Supplement, at: int, seq: int) -> None:
    """Join a round as a national record has it."""
    entry = _round(state, event.round_id)
    entry.requested = earliest(entry.requested, instant(event.requested_at))
    _complete(entry, event, at, seq)


def stage_started(state: DossierState, event: StageStarted, at: int, seq: int) -> None:
    """Join the start of a stage."""
    due = None if event.stage_due_at is None else instant(event.stage_due_at)
    set_stage(state, event.stage_id, instant(event.started_at), due, at, seq)


def stage_finished(state: DossierState, event: StageFinished, at: int, seq: int) -> None:  # noqa: ARG001
    """Join the end of a stage."""
    stage = _stage(state, event.stage_id)
    stage.finished = latest(stage.finished, instant(event.finished_at))


def set_stage(
    state: DossierState, code: str, started: int | None, due: int | None, at: int, seq: int
) -> None:
    """Join what is known of a stage's start and due date."""
    stage = _stage(state, code)
    if started is not None:
        stage.started = earliest(stage.started, started)
    if due is not None:
        promise = (at, seq, due)
        if stage.due is None or promise > stage.due:
            stage.due = promise


def set_procedure(state: DossierState, code: str, at: int, seq: int) -> None:
    """Join a stated procedure."""
    procedure = (STATED, at, seq, code)
    if state.procedure is None or procedure > state.procedure:
        state.procedure = procedure


def set_unit(state: DossierState, rank: int, code: str, at: int, seq: int) -> None:
    """Join a handling unit (cơ quan thực hiện), stated or implied."""
    unit = (rank, at, seq, code)
    if state.unit is None or unit > state.unit:
        state.unit = unit


def set_channel(state: DossierState, channel: int, at: int, seq: int) -> None:
    """Join a stated channel (KenhThucHien)."""
    proposed = (STATED, at, seq, channel)
    if state.channel is None or proposed > state.channel:
        state.channel = proposed


def set_due(state: DossierState, due: int, at: int, seq: int) -> None:
    """Join a stated due date (NgayHenTra), newest and first."""
    promise = (at, seq, due)
    if state.due_first is None or promise < state.due_first:
        state.due_first = promise
    register = (STATED, at, seq, due)
    if state.due is None or register > state.due:
        state.due = register


def _round(state: DossierState, code: str) -> Round:
    if state.supplements is None:
        state.supplements = {}
    return state.supplements.setdefault(code, Round())


def _complete(entry: Round, event: SupplementCompleted | Supplement, at: int, seq: int) -> None:
    if event.completed_at is not None:
        completed = instant(event.completed_at)
        entry.completed = earliest(entry.completed, completed)
        entry.completed_last = latest(entry.completed_last, completed)
    if event.due_after is not None:
        before = NO_TIME if event.due_before is None else instant(event.due_before)
        terms = (at, seq, instant(event.due_after), before)
        if entry.terms is None or terms > entry.terms:
            entry.terms = terms


def _stage(state: DossierState, code: str) -> Stage:
    if state.stages is None:
        state.stages = {}
    return state.stages.setdefault(code, Stage())
