"""Joining two states of one dossier or petition: `state(A)` and `state(B)` give `state(A | B)`.

Events join a state one by one (`dossier.merge`, `petition.merge`); this joins whole states, which is needed where two
owners of a partition wrote states of one dossier and neither may be lost. Every field has its way to join, the same
that its events use; a test refuses a field without one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from streams.core.dossier_state import DossierState, Round, Stage
from streams.core.petition_state import PetitionState
from streams.core.settlement import encode_stub, stub_in
from streams.core.state import State, encode_state, load

Join = Callable[[Any, Any], Any]
S = TypeVar("S", DossierState, PetitionState, Round, Stage)


def _union(one: set[Any], other: set[Any]) -> set[Any]:
    return one | other


def _by_id(join: Join) -> Join:
    """Return the join of two mappings whose entries join by `join`."""

    def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        both = {**one, **other}
        for key in one.keys() & other.keys():
            both[key] = join(one[key], other[key])
        return both

    return joined


def _structs(fields: Mapping[str, Join]) -> Callable[[S, S], S]:
    """Return the join of two structs field by field; None knows nothing."""

    def joined(one: S, other: S) -> S:
        values = []
        for name in one.__struct_fields__:
            mine, theirs = getattr(one, name), getattr(other, name)
            if mine is None or theirs is None:
                values.append(theirs if mine is None else mine)
            else:
                values.append(fields[name](mine, theirs))
        return type(one)(*values)

    return joined


ROUND_FIELDS: Final[dict[str, Join]] = {
    "requested": min,
    "completed": min,
    "completed_last": max,
    "terms": max,
}
STAGE_FIELDS: Final[dict[str, Join]] = {"started": min, "finished": max, "due": max}

DOSSIER_FIELDS: Final[dict[str, Join]] = {
    "v": max,
    "code": max,
    "offset": max,
    "procedure": max,
    "unit": max,
    "channel": max,
    "applicant_kind": max,
    "submitted_from": max,
    "due": max,
    "due_first": min,
    "submitted": min,
    "received": min,
    "refused": max,
    "finished": max,
    "returned": max,
    "withdrawn": max,
    "stopped": max,
    "return_form": max,
    "payment": max,
    "paid": max,
    "fees": max,
    "digitized": max,
    "vneid": max,
    "rating": max,
    "synced": min,
    "undated_end": max,
    "hints": _by_id(max),
    "corrections": _by_id(max),
    "databases": _union,
    "components": _by_id(max),
    "results": _by_id(max),
    "supplements": _by_id(_structs(ROUND_FIELDS)),
    "transfers": _union,
    "reschedules": _union,
    "stages": _by_id(_structs(STAGE_FIELDS)),
    "petitions": _by_id(min),
}

PETITION_FIELDS: Final[dict[str, Join]] = {
    "v": max,
    "code": max,
    "offset": max,
    "dossier": max,
    "unit": max,
    "petition_class": max,
    "direct": max,
    "sent": min,
    "received": min,
    "supplement": min,
    "refused": max,
    "returned": max,
    "answered": max,
    "published": max,
    "rating": max,
    "transfers": _union,
    "repeated": _by_id(min),
}

_join_dossiers: Callable[[DossierState, DossierState], DossierState] = _structs(DOSSIER_FIELDS)
_join_petitions: Callable[[PetitionState, PetitionState], PetitionState] = _structs(PETITION_FIELDS)


def join_states(one: State, other: State) -> State:
    """Return what two states of one subject know together; raises ValueError for states of two subjects."""
    if isinstance(one, DossierState) and isinstance(other, DossierState) and one.code == other.code:
        return _join_dossiers(one, other)
    if isinstance(one, PetitionState) and isinstance(other, PetitionState) and one.code == other.code:
        return _join_petitions(one, other)
    raise ValueError(f"states of two subjects: {one.code} and {other.code}")


def join_stored(key: str, copies: Sequence[bytes]) -> bytes:
    """Return the encoded join of the encoded states stored under a key; at least one is needed.

    What one owner found settled is settled, whatever an owner knows that had not noticed yet.
    """
    first, *others = dict.fromkeys(copies)
    if not others:
        return first
    stubs = [stub for stub in map(stub_in, copies) if stub is not None]
    if stubs:
        newest = max(stubs, key=lambda stub: (stub.settled, stub.offset))
        return encode_stub(newest.code, newest.offset, newest.settled)
    state = load(key, first)
    for stored in others:
        state = join_states(state, load(key, stored))
    return encode_state(state)
