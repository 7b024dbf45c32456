"""The hot path: msgspec twins derived from the pydantic models, three to five times as fast to decode.

A twin has the attributes of its model (nested ones included) and accepts what the model accepts. The
models stay the definition: a document that the twins refuse is given to them, and their verdict counts.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.errors import MAX_DOCUMENT_BYTES
from schemas.events.parsing import EVENT_MODELS, parse_event
from schemas.events.union import Event
from schemas.fields import FIRST_YEAR, LAST_YEAR, Document

_CONSTRAINTS: dict[type, str] = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}


def decode(raw: bytes) -> Event:
    """The event in a JSON document, as a twin of its model.

    Raises:
        BadEvent: exactly as `schemas.events.parse_event` does.
    """
    if len(raw) <= MAX_DOCUMENT_BYTES:
        try:
            return cast("Event", _decoder.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    return parse_event(raw)


def encode(event: Event) -> bytes:
    """The event as it is put on the wire: compact JSON, `type` first, fields at their default left out."""
    twin: Any = event
    if isinstance(twin, BaseModel):
        twin = msgspec.convert(twin, TWINS[event.type], from_attributes=True)
    return msgspec.json.encode(twin)


def _twin(model: type[BaseModel], made: dict[type[BaseModel], type[msgspec.Struct]]) -> type[msgspec.Struct]:
    """The struct that mirrors `model`; nested models are mirrored once and shared through `made`."""
    if model in made:
        return made[model]
    tag = model.model_fields["type"].default if "type" in model.model_fields else None
    fields: list[Any] = []
    for name, info in model.model_fields.items():
        if name == "type":
            continue
        kind = _annotate(_translate(info.annotation, made), info.metadata)
        fields.append((name, kind) if info.is_required() else (name, kind, info.default))
    made[model] = msgspec.defstruct(
        model.__name__,
        fields,
        namespace=_namespace(model, tag),
        module=__name__,
        tag=tag,
        tag_field="type" if tag else None,
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )
    return made[model]


def _namespace(model: type[BaseModel], tag: str | None) -> dict[str, Any]:
    """What a twin has besides fields: its type's name and the checks that a field type cannot express."""
    times = [name for name, info in model.model_fields.items() if datetime in _leaves(info.annotation)]
    namespace: dict[str, Any] = {"type": tag} if tag else {}
    if times:
        namespace["__post_init__"] = _check_times(times, model)
    elif _has_rules(model):
        namespace["__post_init__"] = model.rules  # type: ignore[attr-defined]
    return namespace


def _check_times(names: list[str], model: type[BaseModel]) -> Callable[[Any], None]:
    values_of = attrgetter(*names) if len(names) > 1 else lambda twin: (getattr(twin, names[0]),)
    rules = cast("type[Document]", model).rules if _has_rules(model) else None

    def check(twin: Any) -> None:
        for value in values_of(twin):
            if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
                raise ValueError("a year that no dossier can have")
        if rules is not None:
            rules(twin)

    return check


def _has_rules(model: type[BaseModel]) -> bool:
    return issubclass(model, Document) and model.rules is not Document.rules


def _leaves(kind: Any) -> set[Any]:
    """The plain types inside an annotation, but not those inside nested models or lists."""
    if get_origin(kind) is Annotated:
        return _leaves(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return set().union(*(_leaves(member) for member in get_args(kind)))
    return {kind}


def _translate(kind: Any, made: dict[type[BaseModel], type[msgspec.Struct]]) -> Any:
    """The msgspec type of a pydantic annotation; raises TypeError for one we have no twin of."""
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotate(_translate(members[0], made), members[1:])
    if origin in {Union, UnionType}:
        return _union([_translate(member, made) for member in members])
    if origin is tuple:
        return tuple[_translate(members[0], made), ...]  # type: ignore[misc]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _twin(kind, made)
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if origin is not Literal and kind not in {str, int, bool, date, type(None)}:
        raise TypeError(f"no msgspec twin of {kind!r}")
    return kind


def _union(members: Iterable[Any]) -> Any:
    return Union[tuple(members)]  # noqa: UP007 - its members are known at run time only


def _annotate(kind: Any, metadata: Any) -> Any:
    """`kind` with the constraints found in pydantic's metadata."""
    limits: dict[str, Any] = {}
    for item in metadata:
        for entry in item.metadata if isinstance(item, FieldInfo) else [item]:
            if type(entry) in _CONSTRAINTS:
                name = _CONSTRAINTS[type(entry)]
                limits[name] = getattr(entry, name)
            elif getattr(entry, "pattern", None) is not None:
                limits["pattern"] = entry.pattern
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind


def _all_twins() -> dict[str, type[msgspec.Struct]]:
    made: dict[type[BaseModel], type[msgspec.Struct]] = {}
    return {name: _twin(model, made) for name, model in EVENT_MODELS.items()}


TWINS = _all_twins()
"""The fast twin of every event type, by its name on the wire."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_union(TWINS.values()))
