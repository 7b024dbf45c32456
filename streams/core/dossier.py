"""A dossier (hồ sơ): joining its events to its state, in any order and with any repetition.

P1: the state is a pure function of the set of events merged into it. Each handler only takes maxima, minima
and unions, which commute.
"""

from collections.abc import Callable
from typing import Any, Final

from schemas.events import Event
from streams.core import merge_life, merge_papers, merge_record
from streams.core.dossier_state import DossierState, decode_dossier, encode_dossier, new_dossier
from streams.core.instants import instant

__all__ = ["DOSSIER_EVENTS", "DossierState", "decode", "encode", "merge", "new_dossier"]

encode = encode_dossier
decode = decode_dossier

Handler = Callable[[DossierState, Any, int, int], None]

_HANDLERS: Final[dict[str, Handler]] = {
    "dossier.submitted": merge_life.submitted,
    "dossier.received": merge_life.received,
    "dossier.refused": merge_life.refused,
    "dossier.transferred": merge_life.transferred,
    "dossier.supplement_requested": merge_life.supplement_requested,
    "dossier.supplement_completed": merge_life.supplement_completed,
    "dossier.rescheduled": merge_life.rescheduled,
    "dossier.resolved": merge_life.resolved,
    "dossier.returned": merge_life.returned,
    "dossier.withdrawn": merge_life.withdrawn,
    "dossier.stopped": merge_life.stopped,
    "stage.started": merge_life.stage_started,
    "stage.finished": merge_life.stage_finished,
    "component.attached": merge_papers.component_attached,
    "component.removed": merge_papers.component_removed,
    "dossier.digitized": merge_papers.digitized,
    "dossier.identity_verified": merge_papers.identity_verified,
    "dossier.database_consulted": merge_papers.database_consulted,
    "dossier.obligation_requested": merge_papers.obligation_requested,
    "dossier.paid": merge_papers.paid,
    "result.issued": merge_papers.result_issued,
    "dossier.synced": merge_papers.synced,
    "dossier.rated": merge_papers.rated,
    "petition.lodged": merge_papers.petition_lodged,
    "dossier.recorded": merge_record.recorded,
    "dossier.progressed": merge_record.progressed,
    "dossier.corrected": merge_record.corrected,
}

DOSSIER_EVENTS: Final = frozenset(_HANDLERS)
"""Types of the events that change a dossier."""


def merge(state: DossierState, event: Event) -> None:
    """Join one event to the state, in place; raises `KeyError` for a type that is not in `DOSSIER_EVENTS`."""
    dated: Any = event
    _HANDLERS[event.type](state, dated, instant(dated.occurred_at), dated.source_seq)
