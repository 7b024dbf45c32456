"""Derives a msgspec struct from a pydantic model, so that both accept the same documents.

What a msgspec type can say is said by types; what it cannot say, or says slowly (patterns: half of all decoding
time), is checked after a struct is made.
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

from schemas.fields import FIRST_YEAR, LAST_YEAR, Document, is_code

Twin = type[msgspec.Struct]
Check = Callable[[Any], None]

_CONSTRAINTS: dict[type, str] = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}


def twin_of(model: type[BaseModel], made: dict[type[BaseModel], Twin]) -> Twin:
    """The struct that mirrors `model`; nested models are mirrored once and shared through `made`.

    Raises:
        TypeError: a field has a type we know no twin of.
    """
    if model in made:
        return made[model]
    tag = model.model_fields["type"].default if "type" in model.model_fields else None
    made[model] = msgspec.defstruct(
        model.__name__,
        [_field(name, info, made) for name, info in model.model_fields.items() if name != "type"],
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


def union_of(members: Iterable[Any]) -> Any:
    """The union of types that are known at run time only."""
    return Union[tuple(members)]  # noqa: UP007 - as above


def _field(name: str, info: FieldInfo, made: dict[type[BaseModel], Twin]) -> Any:
    if _is_code_field(info):
        kind: Any = str if info.is_required() else str | None
    else:
        kind = _annotate(_translate(info.annotation, made), info.metadata)
    return (name, kind) if info.is_required() else (name, kind, info.default)


# ------------------------------------------------------------- checks after it


def _namespace(model: type[BaseModel], tag: str | None) -> dict[str, Any]:
    """What a twin has besides fields: its type's name, and a check of codes, times and the model's rules."""
    fields = model.model_fields
    codes = [name for name, info in fields.items() if _is_code_field(info)]
    times = [name for name, info in fields.items() if datetime in _leaves(info.annotation)]
    namespace: dict[str, Any] = {"type": tag} if tag else {}
    rules = _rules(model)
    if codes or times or rules:
        namespace["__post_init__"] = _check(_values(codes), _values(times), rules)
    return namespace


def _check(codes: Callable[[Any], Any], times: Callable[[Any], Any], rules: Check | None) -> Check:
    def check(twin: Any) -> None:
        for code in codes(twin):
            if code is not None and not is_code(code):
                raise ValueError("not a code")
        for time in times(twin):
            if time is not None and not FIRST_YEAR <= time.year <= LAST_YEAR:
                raise ValueError("a year that no dossier can have")
        if rules is not None:
            rules(twin)

    return check


def _values(names: list[str]) -> Callable[[Any], Any]:
    """A function that gives these attributes as a tuple."""
    if not names:
        return lambda _: ()
    if len(names) == 1:
        (name,) = names
        return lambda twin: (getattr(twin, name),)
    return attrgetter(*names)


def _rules(model: type[BaseModel]) -> Check | None:
    if issubclass(model, Document) and model.rules is not Document.rules:
        return cast("Check", model.rules)
    return None


# ------------------------------------------------------------------------ types


def _is_code_field(info: FieldInfo) -> bool:
    """Whether a field is a code, or a code or null; not a list of codes."""
    if info.annotation is str:
        return _has_pattern(info.metadata)
    members = get_args(info.annotation) if get_origin(info.annotation) in {Union, UnionType} else ()
    texts = [member for member in members if member is not type(None)]
    return len(texts) == 1 and get_origin(texts[0]) is Annotated and _has_pattern(get_args(texts[0])[1:])


def _has_pattern(metadata: Iterable[Any]) -> bool:
    return any(getattr(entry, "pattern", None) is not None for entry in _flat(metadata))


def _flat(metadata: Iterable[Any]) -> Iterable[Any]:
    """Constraints, whether they stand alone or inside a `Field`."""
    for item in metadata:
        yield from item.metadata if isinstance(item, FieldInfo) else [item]


def _leaves(kind: Any) -> set[Any]:
    """The plain types inside an annotation, but not those inside nested models or lists."""
    if get_origin(kind) is Annotated:
        return _leaves(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return set().union(*(_leaves(member) for member in get_args(kind)))
    return {kind}


def _translate(kind: Any, made: dict[type[BaseModel], Twin]) -> Any:
    """The msgspec type of a pydantic annotation."""
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotate(_translate(members[0], made), members[1:])
    if origin in {Union, UnionType}:
        return union_of(_translate(member, made) for member in members)
    if origin is tuple:
        return tuple[_translate(members[0], made), ...]  # type: ignore[misc]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return twin_of(kind, made)
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if origin is not Literal and kind not in {str, int, bool, date, type(None)}:
        raise TypeError(f"no msgspec twin of {kind!r}")
    return kind


def _annotate(kind: Any, metadata: Iterable[Any]) -> Any:
    """`kind` with the constraints found in pydantic's metadata."""
    limits: dict[str, Any] = {}
    for entry in _flat(metadata):
        if type(entry) in _CONSTRAINTS:
            name = _CONSTRAINTS[type(entry)]
            limits[name] = getattr(entry, name)
        elif getattr(entry, "pattern", None) is not None:
            limits["pattern"] = entry.pattern
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind
