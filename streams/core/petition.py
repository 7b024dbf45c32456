"""A petition (phản ánh, kiến nghị): joining its events to its state, in any order, with any repetition (P1).

Every handler takes the state, the event (a model of `schemas.events` or its fast twin), its `occurred_at` in
epoch milliseconds UTC and its `source_seq`. `dossier_code` is the same in all events of one petition; if
sources disagree the greatest code is kept, so that the state still is a function of the set of events.
"""

from collections.abc import Callable
from typing import Any, Final

from schemas.events import Event
from schemas.events.petition import (
    PetitionAnswered,
    PetitionLodged,
    PetitionPublished,
    PetitionRated,
    PetitionReceived,
    PetitionRefused,
    PetitionRepeated,
    PetitionReturned,
    PetitionSupplementRequested,
    PetitionTransferred,
)
from streams.core.instants import instant
from streams.core.petition_state import PetitionState, decode_petition, encode_petition, new_petition
from streams.core.registers import NO_TEXT, STATED, earliest, latest

__all__ = ["PETITION_EVENTS", "PetitionState", "decode", "encode", "merge", "new_petition"]

encode = encode_petition
decode = decode_petition

Handler = Callable[[PetitionState, Any, int, int], None]


def _lodged(state: PetitionState, event: PetitionLodged, at: int, seq: int) -> None:
    state.sent = earliest(state.sent, instant(event.sent_at))
    _set_unit(state, event.unit_code, at, seq)
    petition_class = (STATED, at, seq, event.petition_class)
    if state.petition_class is None or petition_class > state.petition_class:
        state.petition_class = petition_class
    direct = (STATED, at, seq, int(event.direct))
    if state.direct is None or direct > state.direct:
        state.direct = direct


def _transferred(state: PetitionState, event: PetitionTransferred, at: int, seq: int) -> None:  # noqa: ARG001
    transfer = (
        instant(event.transferred_at),
        event.to_unit,
        event.from_unit or NO_TEXT,
        int(event.by_agency),
    )
    if state.transfers is None:
        state.transfers = {transfer}
    else:
        state.transfers.add(transfer)


def _received(state: PetitionState, event: PetitionReceived, at: int, seq: int) -> None:
    state.received = earliest(state.received, instant(event.received_at))
    _set_unit(state, event.unit_code, at, seq)


def _refused(state: PetitionState, event: PetitionRefused, at: int, seq: int) -> None:  # noqa: ARG001
    state.refused = latest(state.refused, instant(event.refused_at))


def _returned(state: PetitionState, event: PetitionReturned, at: int, seq: int) -> None:  # noqa: ARG001
    state.returned = latest(state.returned, instant(event.returned_at))


def _supplement_requested(
    state: PetitionState,
    event: PetitionSupplementRequested,
    at: int,  # noqa: ARG001
    seq: int,  # noqa: ARG001
) -> None:
    state.supplement = earliest(state.supplement, instant(event.requested_at))


def _answered(state: PetitionState, event: PetitionAnswered, at: int, seq: int) -> None:  # noqa: ARG001
    state.answered = latest(state.answered, instant(event.answered_at))


def _published(state: PetitionState, event: PetitionPublished, at: int, seq: int) -> None:  # noqa: ARG001
    state.published = latest(state.published, instant(event.published_at))


def _rated(state: PetitionState, event: PetitionRated, at: int, seq: int) -> None:
    rating = (at, seq, event.likes, event.dislikes)
    if state.rating is None or rating > state.rating:
        state.rating = rating


def _repeated(state: PetitionState, event: PetitionRepeated, at: int, seq: int) -> None:  # noqa: ARG001
    if state.repeated is None:
        state.repeated = {}
    code = event.petition_code
    state.repeated[code] = earliest(state.repeated.get(code), at)


def _set_unit(state: PetitionState, code: str, at: int, seq: int) -> None:
    unit = (STATED, at, seq, code)
    if state.unit is None or unit > state.unit:
        state.unit = unit


_HANDLERS: Final[dict[str, Handler]] = {
    "petition.lodged": _lodged,
    "petition.transferred": _transferred,
    "petition.received": _received,
    "petition.refused": _refused,
    "petition.returned": _returned,
    "petition.supplement_requested": _supplement_requested,
    "petition.answered": _answered,
    "petition.published": _published,
    "petition.rated": _rated,
    "petition.repeated": _repeated,
}

PETITION_EVENTS: Final = frozenset(_HANDLERS)
"""Types of the events that change a petition."""


def merge(state: PetitionState, event: Event) -> None:
    """Join one event to the state, in place; raises `KeyError` for a type not in `PETITION_EVENTS`."""
    dated: Any = event
    if dated.dossier_code is not None and dated.dossier_code > (state.dossier or NO_TEXT):
        state.dossier = dated.dossier_code
    _HANDLERS[event.type](state, dated, instant(dated.occurred_at), dated.source_seq)
