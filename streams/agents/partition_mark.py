"""The mark of a partition: its clock and its incarnation, kept in the changelog beside the states it belongs to."""

from collections.abc import Sequence
from typing import Final

import msgspec

from streams.core.alert_told import TOLD_KEY, join_told
from streams.core.join import join_stored

MARK_KEY: Final = "m:"
"""State key of the mark; keys of dossiers begin with `d:`, of petitions with `p:`, of told alerts with `a:`."""


class PartitionMark(msgspec.Struct, array_like=True, frozen=True):
    """`as_of` (epoch ms) never runs backwards, `incarnation` rises with every owner, `offset` is the last one merged.

    `ended` says that the last tick of a replay was seen: what comes later is published at once. `generation` is that
    of the group in which its owner had the partition. `horizon` (epoch ms) and `closed_at` are the last closing: see
    `streams.core.settlement`.
    """

    v: int
    as_of: int
    incarnation: int
    offset: int
    ended: bool = False
    generation: int = 0
    horizon: int = 0
    closed_at: int = -1


NEVER: Final = PartitionMark(1, 0, 0, -1)
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(PartitionMark)


def encode_mark(mark: PartitionMark) -> bytes:
    """Encode a mark for the changelog."""
    return _ENCODER.encode(mark)


def decode_mark(raw: bytes | None) -> PartitionMark:
    """Decode the mark of a partition, `NEVER` for one that has none yet."""
    return NEVER if raw is None else _DECODER.decode(raw)


def next_incarnation(mark: PartitionMark, generation: int) -> int:
    """Return the incarnation of an owner that begins in a generation.

    It is higher than the mark's, and than that of every owner of an earlier generation that began from the same mark: a
    zombie may not have logged its own yet. A group that was made anew counts its generations from 1 again.
    """
    begun = mark.generation
    return mark.incarnation + (generation - begun if generation > begun else generation)


def join_marks(copies: Sequence[bytes]) -> bytes:
    """Return what the marks of several owners of a partition come to."""
    marks = [decode_mark(raw) for raw in copies]
    newest = max(marks, key=lambda mark: mark.incarnation)
    closing = max(marks, key=lambda mark: (mark.horizon, mark.incarnation))
    joined = PartitionMark(
        newest.v,
        max(mark.as_of for mark in marks),
        newest.incarnation,
        max(mark.offset for mark in marks),
        ended=any(mark.ended for mark in marks),
        generation=newest.generation,
        horizon=closing.horizon,
        closed_at=closing.closed_at,
    )
    return encode_mark(joined)


def join_logged(key: str, copies: Sequence[bytes]) -> bytes:
    """Return what the changelog records of one key by several owners come to."""
    if key == MARK_KEY:
        return join_marks(copies)
    return join_told(copies) if key.startswith(TOLD_KEY) else join_stored(key, copies)
