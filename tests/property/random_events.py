"""Random events of one dossier or petition, drawn from small pools so that times, versions and ids collide."""

from datetime import datetime, timedelta, timezone
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.events import EVENT_MODELS
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.petition import PETITION_EVENTS

DOSSIER, PETITION = "H44-240301-0001", "PAKN-1"
_EPOCH = datetime(2024, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
# Eight moments around the promises of a dossier: two of one day, a weekend, Tet-free weeks, a month's end.
_HOURS = (0, 1, 24, 49, 97, 240, 731, 745)
INSTANTS = st.sampled_from([(_EPOCH + timedelta(hours=hours)).isoformat() for hours in _HOURS])
CODES = {
    "dossier_code": st.just(DOSSIER),
    "petition_code": st.just(PETITION),
    "unit_code": st.sampled_from(["H44", "H44.1"]),
    "handling_unit": st.sampled_from(["H44.1", "H44.2"]),
    "procedure_code": st.sampled_from(["1.1", "1.2"]),
    "event_id": st.uuids().map(str),
    "source_seq": st.integers(0, 2),
    "return_form": st.integers(0, 1),
    "earlier_petition_code": st.just(PETITION),
}
_CORRECTED = {
    "channel": st.integers(1, 3),
    "online_payment": st.integers(0, 3),
    "procedure_code": CODES["procedure_code"],
    "handling_unit": CODES["handling_unit"],
}


def _values(name: str, kind: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one per kind of type
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _values(name, members[0])
    if origin in {Union, UnionType}:
        return st.one_of(*(_values(name, member) for member in members))
    if name in CODES and kind in {str, int}:
        return CODES[name]
    if origin is Literal:
        return st.sampled_from(members)
    if origin is tuple:
        return st.lists(_values(name, members[0]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return documents(kind)
    return {
        str: st.sampled_from(["a", "b"]),
        int: st.integers(1, 2),
        bool: st.booleans(),
        type(None): st.none(),
        datetime: INSTANTS,
    }[kind]


def _field(name: str, info: FieldInfo) -> st.SearchStrategy[Any]:
    if name == "status":
        return st.none() | st.integers(1, 10)
    return _values(name, info.annotation)


@st.composite
def documents(draw: st.DrawFn, model: type[BaseModel]) -> dict[str, Any]:
    """A valid document of a model: every required field and some of the others."""
    document = {
        name: draw(_field(name, info))
        for name, info in model.model_fields.items()
        if name in {"type", "dossier_code", "source_seq"} or info.is_required() or draw(st.booleans())
    }
    if "field" in document:
        new = draw(st.none() | _CORRECTED.get(document["field"], INSTANTS))
        document.update(old=None, new=new)
    if model.__name__ == "PetitionRepeated":
        document["petition_code"] = draw(st.sampled_from(["PAKN-2", "PAKN-3"]))
    return document


def _of(types: frozenset[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(types)).flatmap(lambda kind: documents(EVENT_MODELS[kind]))


DOSSIER_DOCUMENTS = _of(DOSSIER_EVENTS)
PETITION_DOCUMENTS = _of(PETITION_EVENTS)
