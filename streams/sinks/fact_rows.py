"""From stored states of dossiers and petitions to rows of facts."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from streams.core.facts import ALWAYS, NEVER, DossierFacts, PetitionFacts
from streams.core.holdings import BEGINNING, Holdings
from streams.core.reference import Reference
from streams.core.settlement import stub_in
from streams.core.state import facts_of, load
from streams.sinks.rows import DossierRow, PetitionRow
from streams.sinks.versions import dossier_version
from streams.sinks.waiting import StoredState


class _Head(msgspec.Struct, array_like=True, gc=False):
    """How every stored state begins; what follows is skipped."""

    v: int
    code: str
    offset: int


_NO_COLUMNS: Final[tuple[tuple[Any, ...], ...]] = ((),) * 5
_HEADS: Final = msgspec.msgpack.Decoder(_Head)


class FactRows:
    """Makes rows of stored states under the reference data known at the time of writing."""

    def __init__(self, epoch: int, reference: Callable[[], Reference]) -> None:
        self._epoch = epoch
        self._reference = reference

    def offset(self, state: bytes) -> int:
        """Return the source offset that a state was last changed at, -1 if never by an event."""
        return _HEADS.decode(state).offset

    def row(self, stored: StoredState) -> DossierRow | PetitionRow | None:
        """Return the row of a state, None for the stub of a settled one: its last row stands.

        Raises `msgspec.ValidationError` for a layout this code does not know.
        """
        if stub_in(stored.state) is not None:
            return None
        facts = facts_of(load(stored.key, stored.state), self._reference())
        if isinstance(facts, DossierFacts):
            return dossier_row(facts, self._epoch, stored.partition)
        return petition_row(facts, self._epoch, stored.partition)


def dossier_row(facts: DossierFacts, epoch: int, partition: int) -> DossierRow:
    """Return the row of a dossier read from a source partition of an epoch.

    Fields are given by position: by name it takes three times as long, and every changed dossier passes here.
    """
    rounds = _columns(facts.supplements, 5)
    moved = _columns(facts.reschedules, 3)
    stages = _columns(facts.stages, 4)
    petitions = _columns(facts.petitions, 2)
    return DossierRow(
        facts.code,
        facts.procedure or "",
        facts.holdings[-1][1],
        tuple(unit for _, unit in facts.holdings),
        _since(facts.holdings),
        facts.status,
        facts.channel,
        facts.applicant_kind,
        facts.submitted_from,
        facts.submitted_at,
        facts.received_at,
        facts.due_at,
        facts.due_stated_at or None,
        int(facts.due_corrected),
        facts.original_due_at,
        facts.computed_due_at,
        facts.refused_at,
        facts.finished_at,
        facts.returned_at,
        facts.withdrawn_at,
        facts.stopped_at,
        facts.return_form,
        rounds[0],
        rounds[1],
        rounds[2],
        rounds[3],
        rounds[4],
        moved[0],
        moved[1],
        moved[2],
        stages[0],
        stages[1],
        stages[2],
        stages[3],
        facts.online_payment,
        facts.paid_at,
        _dated(facts.paid_online_at),
        int(facts.fees is not None),
        facts.fees or (),
        int(facts.has_result),
        int(facts.has_component_file),
        int(facts.digitized),
        int(facts.reused),
        int(facts.personal_store),
        int(facts.vneid),
        facts.databases,
        None if facts.rating is None else int(facts.rating),
        facts.rated_at,
        petitions[0],
        petitions[1],
        facts.synced_at,
        facts.contradictions,
        epoch,
        partition,
        facts.offset,
        dossier_version(epoch, facts.offset),
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


def _columns(entries: Sequence[tuple[Any, ...]], width: int) -> Sequence[tuple[Any, ...]]:
    """Turn entries of `width` fields into `width` parallel tuples."""
    return tuple(zip(*entries, strict=True)) if entries else _NO_COLUMNS[:width]


def _dated(moment: int) -> int | None:
    return None if moment in (ALWAYS, NEVER) else moment


def _since(held: Holdings) -> tuple[int | None, ...]:
    return tuple(None if since == BEGINNING else since for since, _ in held)
