"""The mark of a partition: its clock and its incarnation, kept in the changelog beside the states it belongs to."""

from typing import Final

import msgspec

MARK_KEY: Final = "m:"
"""State key of the mark; keys of dossiers begin with `d:`, of petitions with `p:`."""


class PartitionMark(msgspec.Struct, array_like=True, frozen=True):
    """`as_of` (epoch ms) never runs backwards, `incarnation` rises with every owner, `offset` is the last one merged.

    `ended` says that the last tick of a replay was seen: what comes later is published at once.
    """

    v: int
    as_of: int
    incarnation: int
    offset: int
    ended: bool = False


NEVER: Final = PartitionMark(1, 0, 0, -1)
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(PartitionMark)


def encode_mark(mark: PartitionMark) -> bytes:
    """Encode a mark for the changelog."""
    return _ENCODER.encode(mark)


def decode_mark(raw: bytes | None) -> PartitionMark:
    """Decode the mark of a partition, `NEVER` for one that has none yet."""
    return NEVER if raw is None else _DECODER.decode(raw)
