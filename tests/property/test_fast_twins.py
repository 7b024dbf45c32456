"""The fast decoder and the pydantic models are one definition: same acceptance, same reasons, same values."""

import copy
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from annotated_types import Ge, Le, MaxLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.errors import BadEvent
from schemas.events import EVENT_MODELS, content_hash, parse_event
from schemas.events.correction import _CODES, _RANGES
from schemas.export import FOLDER
from schemas.fast import decode, encode

CODES = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,63}", fullmatch=True)
ZONES = st.sampled_from([timedelta(hours=7), timedelta(0), timedelta(hours=-5, minutes=-30)])
INSTANTS = st.datetimes(
    datetime(1991, 1, 1),  # noqa: DTZ001 - a bound, the zone is drawn
    datetime(2198, 12, 31),  # noqa: DTZ001
    timezones=ZONES.map(timezone),
).map(datetime.isoformat)


def flat(metadata):
    for item in metadata:
        yield from item.metadata if isinstance(item, FieldInfo) else [item]


def values(kind: Any, metadata: Any = ()) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one per kind of type
    """JSON values that a field of this type accepts."""
    limits = list(flat(metadata))
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return values(members[0], [*members[1:], *limits])
    if origin in {Union, UnionType}:
        return st.one_of(*(values(member) for member in members))
    if origin is Literal:
        return st.sampled_from(members)
    if origin is tuple:
        return st.lists(values(members[0]), max_size=3)
    if kind is str:
        if any(getattr(limit, "pattern", None) for limit in limits):
            return CODES
        longest = next((limit.max_length for limit in limits if isinstance(limit, MaxLen)), 20)
        return st.text(st.characters(codec="utf-8"), min_size=1, max_size=longest)
    if kind is int:
        low = next((limit.ge for limit in limits if isinstance(limit, Ge)), 0)
        high = next((limit.le for limit in limits if isinstance(limit, Le)), 3)
        return st.integers(low, high)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return documents(kind)
    return {
        bool: st.booleans(),
        type(None): st.none(),
        datetime: INSTANTS,
        date: st.dates().map(date.isoformat),
    }[kind]


@st.composite
def documents(draw: st.DrawFn, model: type[BaseModel]) -> dict[str, Any]:
    """A valid document of a model: required fields, and some of the others."""
    document = {}
    for name, info in model.model_fields.items():
        if name == "type" or info.is_required() or draw(st.booleans()):
            document[name] = draw(values(info.annotation, info.metadata))
    if "field" in document:
        field = document["field"]
        kind = st.integers(*_RANGES[field]) if field in _RANGES else CODES if field in _CODES else INSTANTS
        document.update(old=draw(st.none() | kind), new=draw(st.none() | kind))
    return document


EVENTS = st.sampled_from(sorted(EVENT_MODELS)).flatmap(lambda name: documents(EVENT_MODELS[name]))

ODD_VALUES = [
    None,
    True,
    False,
    [],
    {},
    ["x"] * 201,
    "",
    "x",
    "x\n",
    "2024-01-01T00:00:00",
    "2024-01-01",
    "2024-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "1700000000",
    "dossier.received",
    "a" * 65,
    "a" * 257,
    "Nguyễn",
    -1,
    0,
    1,
    2,
    11,
    1.0,
    1.5,
    2**63,
    2**70,
    10**15 + 1,
]
WRONG = st.one_of(
    st.sampled_from(ODD_VALUES),
    st.lists(st.none() | st.integers() | st.just("x"), max_size=2),
    st.dictionaries(st.sampled_from(["component_id", "v", "0123"]), st.just("x"), max_size=2),
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document with one thing in it taken away, replaced or added, at any depth."""
    document = draw(EVENTS)
    target: Any = document
    while True:
        places = list(target) if isinstance(target, dict) else range(len(target))
        inner = [place for place in places if isinstance(target[place], (dict, list)) and target[place]]
        if not inner or draw(st.booleans()):
            break
        target = target[draw(st.sampled_from(inner))]
    if isinstance(target, list):
        target[draw(st.integers(0, len(target) - 1))] = draw(WRONG)
        return document
    match draw(st.sampled_from(["remove", "replace", "add"])):
        case "remove":
            del target[draw(st.sampled_from(sorted(target)))]
        case "replace":
            target[draw(st.sampled_from(sorted(target)))] = draw(WRONG)
        case _:
            target[draw(st.sampled_from(["extra", "type", "v", "received_at", "fees"]))] = draw(WRONG)
    return document


def plain(value: Any) -> Any:
    """A document of either kind as builtins, with every field, for comparison."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, msgspec.Struct):
        fields = {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        return fields | ({"type": value.type} if hasattr(value, "type") else {})
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def verdict(read, raw: bytes) -> Any:
    try:
        return plain(read(raw))
    except BadEvent as bad:
        return (bad.reason, bad.field)


@settings(max_examples=600, deadline=None)
@given(EVENTS)
def test_every_valid_event_is_decoded_fast_to_the_same_values(document):
    raw = json.dumps(document).encode()
    model, twin = parse_event(raw), decode(raw)
    assert isinstance(twin, msgspec.Struct)
    assert plain(twin) == plain(model)
    assert content_hash(twin) == content_hash(model)


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_what_is_encoded_is_read_back_equal_from_a_model_or_its_twin(document):
    model = parse_event(json.dumps(document).encode())
    raw = encode(model)
    twin = decode(raw)
    assert plain(twin) == plain(model)
    assert encode(twin) == raw


@settings(max_examples=1500, deadline=None)
@given(damaged())
def test_a_damaged_event_is_judged_alike_by_both(document):
    raw = json.dumps(document).encode()
    assert verdict(decode, raw) == verdict(parse_event, raw)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a document."""
    for key in document if isinstance(document, dict) else range(len(document)):
        yield (*path, key)
        if isinstance(document[key], (dict, list)):
            yield from places(document[key], (*path, key))


@pytest.mark.parametrize("name", sorted(EVENT_MODELS))
def test_an_odd_value_in_any_place_of_an_example_is_judged_alike_and_read_fast_if_valid(name):
    example = json.loads((FOLDER / "examples" / f"{name}.json").read_text("utf-8"))
    for path in places(example):
        for odd in ODD_VALUES:
            document = copy.deepcopy(example)
            target = document
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = odd
            raw = json.dumps(document).encode()
            said = verdict(parse_event, raw)
            assert verdict(decode, raw) == said
            assert isinstance(said, tuple) or isinstance(decode(raw), msgspec.Struct)


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_the_fast_decoder_never_needs_the_slow_one_to_accept(document):
    raw = json.dumps(document).encode()
    try:
        assert isinstance(decode(raw), msgspec.Struct)
    except BadEvent:
        with pytest.raises(BadEvent):
            parse_event(raw)


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.data())
def test_bytes_cut_or_flipped_anywhere_are_judged_alike_by_both(document, data):
    raw = bytearray(json.dumps(document).encode())
    position = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[position:]
    else:
        raw[position] = data.draw(st.integers(0, 255))
    assert verdict(decode, bytes(raw)) == verdict(parse_event, bytes(raw))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"type":"clock.tick","x":['])
def test_endless_nesting_is_judged_alike_by_both(opening):
    raw = opening * (200_000 // len(opening))
    assert verdict(decode, raw) == verdict(parse_event, raw) == ("not_json", None)


def test_a_document_over_the_limit_is_oversize_for_both():
    raw = b'{"type":"clock.tick","x":"' + b"a" * (256 * 1024) + b'"}'
    assert verdict(decode, raw) == verdict(parse_event, raw) == ("oversize", None)
