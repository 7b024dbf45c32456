"""From stored states of dossiers and petitions to rows of facts."""

from collections.abc import Callable
from typing import Final

import msgspec

from streams.core.facts import ALWAYS, NEVER, DossierFacts, PetitionFacts
from streams.core.holdings import BEGINNING, Holdings
from streams.core.reference import Reference
from streams.core.state import facts_of, load
from streams.sinks.rows import DossierRow, PetitionRow
from streams.sinks.versions import dossier_version
from streams.sinks.waiting import StoredState


class _Head(msgspec.Struct, array_like=True, gc=False):
    """How every stored state begins; what follows is skipped."""

    v: int
    code: str
    offset: int


_HEADS: Final = msgspec.msgpack.Decoder(_Head)


class FactRows:
    """Makes rows of stored states under the reference data known at the time of writing."""

    def __init__(self, epoch: int, reference: Callable[[], Reference]) -> None:
        self._epoch = epoch
        self._reference = reference

    def offset(self, state: bytes) -> int:
        """Return the source offset that a state was last changed at, -1 if never by an event."""
        return _HEADS.decode(state).offset

    def row(self, stored: StoredState) -> DossierRow | PetitionRow:
        """Return the row of a state; raises `msgspec.ValidationError` for a layout this code does not know."""
        facts = facts_of(load(stored.key, stored.state), self._reference())
        if isinstance(facts, DossierFacts):
            return dossier_row(facts, self._epoch, stored.partition)
        return petition_row(facts, self._epoch, stored.partition)


def dossier_row(facts: DossierFacts, epoch: int, partition: int) -> DossierRow:
    """Return the row of a dossier read from a source partition of an epoch."""
    supplements, reschedules, stages = facts.supplements, facts.reschedules, facts.stages
    return DossierRow(
        dossier_code=facts.code,
        procedure_code=facts.procedure or "",
        unit_code=facts.holdings[-1][1],
        holding_units=tuple(unit for _, unit in facts.holdings),
        holding_since=_since(facts.holdings),
        status=facts.status,
        channel=facts.channel,
        applicant_kind=facts.applicant_kind,
        submitted_from=facts.submitted_from,
        submitted_at=facts.submitted_at,
        received_at=facts.received_at,
        due_at=facts.due_at,
        due_stated_at=facts.due_stated_at or None,
        due_corrected=int(facts.due_corrected),
        original_due_at=facts.original_due_at,
        computed_due_at=facts.computed_due_at,
        refused_at=facts.refused_at,
        finished_at=facts.finished_at,
        returned_at=facts.returned_at,
        withdrawn_at=facts.withdrawn_at,
        stopped_at=facts.stopped_at,
        return_form=facts.return_form,
        supplement_rounds=tuple(entry.round_id for entry in supplements),
        supplement_requested_at=tuple(entry.requested_at for entry in supplements),
        supplement_completed_at=tuple(entry.completed_at for entry in supplements),
        supplement_due_before=tuple(entry.due_before for entry in supplements),
        supplement_due_after=tuple(entry.due_after for entry in supplements),
        reschedule_apology_at=tuple(entry.apology_sent_at for entry in reschedules),
        reschedule_due_before=tuple(entry.due_before for entry in reschedules),
        reschedule_due_after=tuple(entry.due_after for entry in reschedules),
        stages=tuple(entry.stage_id for entry in stages),
        stage_started_at=tuple(entry.started_at for entry in stages),
        stage_due_at=tuple(entry.due_at for entry in stages),
        stage_finished_at=tuple(entry.finished_at for entry in stages),
        online_payment=facts.online_payment,
        paid_at=facts.paid_at,
        paid_online_at=_dated(facts.paid_online_at),
        fees_known=int(facts.fees is not None),
        fees=facts.fees or (),
        has_result=int(facts.has_result),
        has_component_file=int(facts.has_component_file),
        digitized=int(facts.digitized),
        reused=int(facts.reused),
        personal_store=int(facts.personal_store),
        vneid_verified=int(facts.vneid),
        databases=facts.databases,
        liked=None if facts.rating is None else int(facts.rating),
        rated_at=facts.rated_at,
        petition_codes=tuple(code for code, _ in facts.petitions),
        petition_sent_at=tuple(sent_at for _, sent_at in facts.petitions),
        synced_at=facts.synced_at,
        contradictions=facts.contradictions,
        epoch=epoch,
        source_partition=partition,
        source_offset=facts.offset,
        version=dossier_version(epoch, facts.offset),
    )


def petition_row(facts: PetitionFacts, epoch: int, partition: int) -> PetitionRow:
    """Return the row of a petition read from a source partition of an epoch."""
    return PetitionRow(
        petition_code=facts.code,
        dossier_code=facts.dossier or "",
        unit_code=facts.holdings[-1][1],
        holding_units=tuple(unit for _, unit in facts.holdings),
        holding_since=_since(facts.holdings),
        petition_class=facts.petition_class or "",
        direct=int(facts.direct),
        sent_at=facts.sent_at,
        transfer_units=tuple(entry.to_unit for entry in facts.transfers),
        transferred_at=tuple(entry.transferred_at for entry in facts.transfers),
        transfer_by_agency=tuple(int(entry.by_agency) for entry in facts.transfers),
        received_at=facts.received_at,
        supplement_requested_at=facts.supplement_requested_at,
        refused_at=facts.refused_at,
        returned_at=facts.returned_at,
        answered_at=facts.answered_at,
        published_at=facts.published_at,
        likes=facts.likes,
        dislikes=facts.dislikes,
        rated_at=facts.rated_at,
        repeated_by=facts.repeated_by,
        repeated_at=facts.repeated_at,
        epoch=epoch,
        source_partition=partition,
        source_offset=facts.offset,
        version=dossier_version(epoch, facts.offset),
    )


def _dated(moment: int) -> int | None:
    return None if moment in (ALWAYS, NEVER) else moment


def _since(held: Holdings) -> tuple[int | None, ...]:
    return tuple(None if since == BEGINNING else since for since, _ in held)
