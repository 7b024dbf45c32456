"""Whatever is stored under one key: a dossier (`d:` and its code) or a petition (`p:` and its code).

The stored bytes are msgpack of a whole state; decode once per batch, merge all its events, encode once.
"""

from collections.abc import Sequence
from typing import Any, Final

from schemas.events import Event
from streams.core import dossier, petition
from streams.core.dossier import DOSSIER_EVENTS, DossierState
from streams.core.dossier_facts import counted_dossier, dossier_facts
from streams.core.facts import CountedDossier, DossierFacts, PetitionFacts
from streams.core.petition import PETITION_EVENTS, PetitionState
from streams.core.petition_facts import petition_facts
from streams.core.reference import Reference

State = DossierState | PetitionState
Facts = DossierFacts | PetitionFacts

DOSSIER_KEY: Final = "d:"
PETITION_KEY: Final = "p:"


def subjects(event: Event) -> tuple[str, ...]:
    """Return the keys of the states an event changes; a petition about a dossier changes both, a tick none.

    A repetition changes the earlier petition; the new one has events of its own.
    """
    said: Any = event
    kind = event.type
    if kind not in PETITION_EVENTS:
        return (DOSSIER_KEY + said.dossier_code,) if kind in DOSSIER_EVENTS else ()
    if kind == "petition.repeated":
        return (PETITION_KEY + said.earlier_petition_code,)
    if kind == "petition.lodged" and said.dossier_code is not None:
        return (PETITION_KEY + said.petition_code, DOSSIER_KEY + said.dossier_code)
    return (PETITION_KEY + said.petition_code,)


def load(key: str, stored: bytes | None) -> State:
    """Return the state stored under a key, a new one if nothing is.

    Raises `msgspec.ValidationError` for a layout this code does not know, `ValueError` for a key of another
    kind.
    """
    kind, code = key[:2], key[2:]
    if kind == DOSSIER_KEY:
        return dossier.new_dossier(code) if stored is None else dossier.decode(stored)
    if kind == PETITION_KEY:
        return petition.new_petition(code) if stored is None else petition.decode(stored)
    raise ValueError(f"neither a dossier nor a petition: a key that begins with {kind!r}")


def merge_event(state: State, event: Event, offset: int) -> None:
    """Join an event read at a source offset to one of its subjects, in place."""
    if isinstance(state, DossierState):
        dossier.merge(state, event)
    else:
        petition.merge(state, event)
    state.offset = max(state.offset, offset)


def encode_state(state: State) -> bytes:
    """Encode a state for the store; equal states give equal bytes."""
    return dossier.encode(state) if isinstance(state, DossierState) else petition.encode(state)


def apply_events(key: str, stored: bytes | None, events: Sequence[Event], offset: int) -> bytes:
    """Return what to store under a key after a batch of its events, the last of them read at `offset`."""
    state = load(key, stored)
    for event in events:
        merge_event(state, event, offset)
    return encode_state(state)


def facts_of(state: State, reference: Reference) -> Facts:
    """Return the facts of a state."""
    return dossier_facts(state, reference) if isinstance(state, DossierState) else petition_facts(state)


def counted_of(state: State, reference: Reference) -> CountedDossier | PetitionFacts:
    """Return what decides where a dossier or petition counts."""
    return counted_dossier(state, reference) if isinstance(state, DossierState) else petition_facts(state)
