"""Registers: values that many events propose and the greatest version keeps, whatever their order.

A register is a tuple `(rank, at, seq, value)` compared as a whole: first the rank (a correction beats a
statement, a statement beats an implication), then the business time of the proposal (epoch ms UTC), then the
source's sequence number, at last the value itself. Because the order is total, merging is taking a maximum:
commutative, associative and idempotent. The value stands where the design speaks of a content hash: on a
complete tie both are arbitrary but the same everywhere, and equal values never conflict.

A correction may set a value to nothing; nothing is `NO_TIME`, `NO_NUMBER` or `NO_TEXT`, so that a register of
one field always holds one type.
"""

from typing import Final

IntRegister = tuple[int, int, int, int]
TextRegister = tuple[int, int, int, str]
AmountsRegister = tuple[int, int, int, tuple[int, ...]]

IMPLIED: Final = 0
STATED: Final = 1
CORRECTED: Final = 2

NO_NUMBER: Final = -1
NO_TIME: Final = -1
NO_TEXT: Final = ""


def earliest(held: int | None, proposed: int) -> int:
    """Return the smaller of a held and a proposed number."""
    return proposed if held is None or proposed < held else held


def latest(held: int | None, proposed: int) -> int:
    """Return the greater of a held and a proposed number."""
    return proposed if held is None or proposed > held else held
