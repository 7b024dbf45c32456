"""Any bytes are an event or a BadEvent: no other exception, and no word of what they said."""

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.errors import BadEvent
from schemas.events import parse_event
from schemas.fast import decode, encode
from schemas.partial import Cell, Partial, SourceClock, decode_partial, encode_partial
from schemas.reference import encode_reference, parse_reference
from tests.fuzz.damage import damaged, events_as_bytes, leaks, says

EXAMPLES = settings.default.max_examples * 8


def verdict(read, raw):
    try:
        return read(raw)
    except BadEvent as problem:
        bad = problem
    assert not leaks(says(bad, bad.reason, bad.detail, bad.field, bad.__cause__)), bad
    return bad.reason, bad.field


@settings(max_examples=EXAMPLES, deadline=None)
@given(events_as_bytes())
def test_any_bytes_are_an_event_or_a_bad_event_and_both_decoders_agree(raw):
    fast, slow = verdict(decode, raw), verdict(parse_event, raw)
    if isinstance(slow, tuple):
        assert fast == slow
    else:
        assert decode(encode(fast)) == fast
        assert encode(fast) == encode(slow)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(events_as_bytes())
def test_any_bytes_are_a_reference_record_or_a_bad_event(raw):
    record = verdict(parse_reference, raw)
    if not isinstance(record, tuple):
        assert parse_reference(encode_reference(record)) == record


CELLS = st.builds(
    Cell,
    st.lists(st.integers(-5, 2**63), max_size=3),
    st.lists(st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2), max_size=2),
)
PARTIALS = st.builds(
    Partial,
    st.just(1),
    st.text(max_size=4),
    *[st.integers(0, 2**40)] * 4,
    st.dictionaries(st.text(max_size=4), CELLS, max_size=2),
) | st.builds(SourceClock, st.just(1), *[st.integers(0, 2**40)] * 4)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(st.binary(max_size=64) | damaged(PARTIALS.map(encode_partial)))
@example(b"\x98\xa1p\x00\xa2\x00\x80")
def test_any_bytes_are_a_partial_or_a_decode_error(raw):
    try:
        record = decode_partial(raw)
    except msgspec.DecodeError:
        return
    assert isinstance(record, Partial | SourceClock)


@pytest.mark.parametrize("raw", [b"\x91" * 100_000, b"\x96\xa1p" + b"\x91" * 100_000])
def test_an_endless_nest_is_no_partial(raw):
    with pytest.raises(msgspec.DecodeError):
        decode_partial(raw)
