"""What dossier agents tell unit agents: absolute partial tallies on the topic of partials (msgpack).

A record carries everything one source partition knows of one unit: one cell per open period. Sent twice or late it is
harmless, because it replaces what was known before and carries a version: (incarnation, offset, as-of time).
What a period came to when it closed has records of its own, which nothing replaces. Times are epoch milliseconds UTC.
"""

import msgspec

PARTIAL_VERSION = 1

Presence = dict[str, int]


class Cell(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The tally of one period: `counters` in the order of `DOSSIER_COUNTERS`, and summed presence per code.

    `presence` has one mapping per name of `PRESENCE_COUNTERS`: procedure or service code -> number of dossiers.
    """

    counters: tuple[int, ...]
    presence: tuple[Presence, ...]


class Partial(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="p"):
    """The whole tally of one unit in one source partition.

    `offset` is the source offset up to which events are in, `incarnation` rises each time a partition changes hands,
    `cells` maps the key of a period (`2024-03`, `2024-Q1`, `2024`, `R7@2024-03-31`) to its tally; a period that is
    missing is zero.
    """

    v: int
    unit: str
    source: int
    incarnation: int
    offset: int
    as_of: int
    cells: dict[str, Cell]


class SourceClock(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="c"):
    """How far one source partition is: every partial of `incarnation` up to `as_of` was sent before this record.

    Partials of the same source with a lower incarnation are void from here on.
    """

    v: int
    source: int
    incarnation: int
    offset: int
    as_of: int


class FinalPartial(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="f"):
    """What one unit came to in one source partition, in periods that closed there at `as_of`; no cell is zero."""

    v: int
    unit: str
    source: int
    incarnation: int
    offset: int
    as_of: int
    cells: dict[str, Cell]


class Closed(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="z"):
    """Periods that closed at `as_of` in one source partition; every `FinalPartial` of it was sent before."""

    v: int
    source: int
    incarnation: int
    offset: int
    as_of: int
    periods: tuple[str, ...]


Record = Partial | SourceClock | FinalPartial | Closed
"""Whatever stands on the topic of partials."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Record)


def encode_partial(record: Record) -> bytes:
    """Encode one record of the partials topic."""
    return _ENCODER.encode(record)


def decode_partial(raw: bytes) -> Record:
    """Decode one record of the partials topic; raises `msgspec.DecodeError` if it is not one."""
    try:
        record: Record = _DECODER.decode(raw)
    except UnicodeDecodeError:
        raise msgspec.DecodeError("a text that is not UTF-8") from None
    return record


def partial_key(record: Record) -> bytes:
    """Return the compaction key: unit (empty if of none), source partition, and of a closing its life and moment."""
    unit = record.unit if isinstance(record, Partial | FinalPartial) else ""
    closing = f":{record.incarnation}:{record.as_of}" if isinstance(record, FinalPartial | Closed) else ""
    return f"{unit}:{record.source}{closing}".encode()
