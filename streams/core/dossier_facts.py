"""From the state of a dossier to its facts: registers are resolved, times combined, flags derived."""

from typing import Final

from msgspec.structs import astuple

from streams.core import masks
from streams.core.contradictions import contradictions_of
from streams.core.dossier_state import DIGITIZED, HAS_FILE, PERSONAL_STORE, REUSED, DossierState
from streams.core.dossier_times import Times, times_of
from streams.core.facts import (
    ALWAYS,
    NEVER,
    CountedDossier,
    DossierFacts,
    RescheduleFact,
    StageFact,
    SupplementFact,
)
from streams.core.holdings import BEGINNING, holdings
from streams.core.reference import Reference
from streams.core.registers import CORRECTED, NO_NUMBER, NO_TEXT, NO_TIME, IntRegister, TextRegister

_ONLINE_CHANNEL: Final = 2
_PAID_ONLINE: Final = (1, 2)
_NEW, _RECEIVED, _REFUSED, _IN_PROGRESS, _SUPPLEMENT = 1, 2, 3, 4, 5
_WITHDRAWN, _STOPPED, _RESOLVED, _RETURNED = 7, 8, 9, 10


def counted_dossier(state: DossierState, reference: Reference) -> CountedDossier:
    """Return what decides where a dossier counts; the reference gives the maximum time if no date is promised."""
    times = times_of(state)
    in_process, ended = times.in_process, times.ended
    procedure, due, payment = _text(state.procedure), state.due, state.payment
    promised = _number(due)
    supplements = () if state.supplements is None else _supplements(state)
    reschedules = () if state.reschedules is None else _reschedules(state)
    held = holdings(state.unit, state.transfers or ())
    began = times.received if in_process else times.submitted
    computed = None
    if promised is None and times.received is not None:
        computed = reference.full_time(procedure, times.received)
    paid_online = NEVER
    if payment is not None and payment[3] in _PAID_ONLINE:
        paid_online = ALWAYS if payment[4] == NO_TIME else payment[4]
    unhappy = NEVER if state.petitions is None else min(state.petitions.values())
    rating = state.rating
    if rating is not None and not rating[2] and rating[0] < unhappy:
        unhappy = rating[0]
    return CountedDossier(
        state.code,
        state.offset,
        procedure,
        held,
        times.submitted,
        times.received,
        promised,
        0 if due is None else due[1],
        due is not None and due[0] == CORRECTED,
        None if state.due_first is None else state.due_first[2],
        computed,
        supplements,
        reschedules,
        None if state.fees is None else state.fees[3],
        () if state.databases is None else tuple(sorted(state.databases)),
        state.synced,
        in_process,
        began,
        ended,
        paid_online,
        unhappy,
        _last_dated(
            (times.submitted, times.received, ended, state.synced, held[-1][0], paid_online, unhappy),
            supplements,
            reschedules,
        ),
        _handled_bits(_paper_bits(state), has_result=_has_result(state), vneid=_has_vneid(state)),
        _received_bits(_number(state.channel), in_process=in_process),
    )


def dossier_facts(state: DossierState, reference: Reference) -> DossierFacts:
    """Return the facts of a dossier: what counts, and what only its row says."""
    counted, times, papers = counted_dossier(state, reference), times_of(state), _paper_bits(state)
    payment, rating = state.payment, state.rating
    return DossierFacts(  # type: ignore[misc]  # mypy cannot see which fields the tuple fills
        *astuple(counted),
        channel=_number(state.channel),
        applicant_kind=_number(state.applicant_kind),
        submitted_from=_text(state.submitted_from),
        refused_at=times.refused,
        finished_at=times.finished,
        returned_at=times.returned,
        withdrawn_at=times.withdrawn,
        stopped_at=times.stopped,
        return_form=_number(state.return_form),
        stages=() if state.stages is None else _stages(state),
        online_payment=None if payment is None or payment[3] == NO_NUMBER else payment[3],
        paid_at=state.paid,
        has_result=_has_result(state),
        has_component_file=papers & HAS_FILE != 0,
        digitized=papers & DIGITIZED != 0,
        reused=papers & REUSED != 0,
        personal_store=papers & PERSONAL_STORE != 0,
        vneid=_has_vneid(state),
        rating=None if rating is None else rating[2] == 1,
        rated_at=None if rating is None else rating[0],
        petitions=() if state.petitions is None else tuple(sorted(state.petitions.items())),
        status=_status(state, times, counted.supplements),
        contradictions=contradictions_of(state, times, counted.due_at, counted.reschedules),
    )


def _number(register: IntRegister | None) -> int | None:
    return None if register is None or register[3] == NO_NUMBER else register[3]


def _text(register: TextRegister | None) -> str | None:
    return None if register is None or register[3] == NO_TEXT else register[3]


def _supplements(state: DossierState) -> tuple[SupplementFact, ...]:
    """Rounds in the order they were asked for."""
    rounds = []
    for code, entry in (state.supplements or {}).items():
        due_before = due_after = None
        if entry.terms is not None:
            due_after = entry.terms[2]
            due_before = None if entry.terms[3] == NO_TIME else entry.terms[3]
        rounds.append(SupplementFact(code, entry.requested, entry.completed, due_before, due_after))
    rounds.sort(key=lambda entry: (entry.requested_at or entry.completed_at or 0, entry.round_id))
    return tuple(rounds)


def _reschedules(state: DossierState) -> tuple[RescheduleFact, ...]:
    return tuple(
        RescheduleFact(sent, None if before == NO_TIME else before, after)
        for sent, after, before in sorted(state.reschedules or ())
    )


def _stages(state: DossierState) -> tuple[StageFact, ...]:
    return tuple(
        [
            StageFact(code, stage.started, None if stage.due is None else stage.due[2], stage.finished)
            for code, stage in sorted((state.stages or {}).items())
        ]
    )


def _paper_bits(state: DossierState) -> int:
    found = 0
    if state.components is not None:
        for _, _, bits in state.components.values():
            found |= bits
    if state.digitized is not None and state.digitized[3]:
        found |= DIGITIZED
    return found


def _has_result(state: DossierState) -> bool:
    if state.results is not None:
        for _, _, has_file in state.results.values():
            if has_file:
                return True
    return False


def _has_vneid(state: DossierState) -> bool:
    return state.vneid is not None and state.vneid[3] == 1


def _handled_bits(papers: int, *, has_result: bool, vneid: bool) -> int:
    bits = masks.HANDLED
    if has_result:
        bits |= masks.RESULT_AVAILABLE
        if papers & HAS_FILE:
            bits |= masks.DIGITIZED
    if papers & (DIGITIZED | REUSED):
        bits |= masks.REUSED
    if papers & PERSONAL_STORE:
        bits |= masks.PERSONAL_STORE | masks.CITIZEN_DATA
    if vneid:
        bits |= masks.CITIZEN_DATA
    return bits


def _received_bits(channel: int | None, *, in_process: bool) -> int:
    bits = masks.RECEIVED if in_process else 0
    if channel == _ONLINE_CHANNEL:
        bits |= masks.ONLINE_SERVICES
        if in_process:
            bits |= masks.RECEIVED_ONLINE
    return bits


def _last_dated(
    moments: tuple[int | None, ...],
    supplements: tuple[SupplementFact, ...],
    reschedules: tuple[RescheduleFact, ...],
) -> int:
    last = BEGINNING
    for moment in moments:
        if moment is not None and last < moment < NEVER:
            last = moment
    for entry in supplements:
        last = max(last, entry.requested_at or last, entry.completed_at or last)
    for apology in reschedules:
        last = max(last, apology.apology_sent_at)
    return last


def _status(state: DossierState, times: Times, supplements: tuple[SupplementFact, ...]) -> int:
    """The status (TrangThaiHoSo) that the newest known dates tell; 6 is not told by any date."""
    if times.returned is not None:
        return _RETURNED
    if times.finished is not None:
        return _RESOLVED
    ends = (
        (times.stopped, _STOPPED),
        (times.refused, _REFUSED),
        (times.withdrawn, _WITHDRAWN),
    )
    received = times.received
    known = [(end, code) for end, code in ends if end is not None and (received is None or end >= received)]
    if known:
        return min(known)[1]
    if times.received is None:
        return _WITHDRAWN if times.withdrawn is not None else _NEW
    if any(entry.completed_at is None for entry in supplements):
        return _SUPPLEMENT
    return _IN_PROGRESS if supplements or state.stages else _RECEIVED
