"""Versions of rows, as one unsigned 128-bit integer that `ReplacingMergeTree(version)` compares.

A version comes from the log and never from the wall clock alone, so that a row a zombie worker writes late
loses. The epoch is the number in `schemas/topics/*.yaml`; it is raised when topics are made anew, so that
rows of the old ones lose.
"""

from typing import Final

_AS_OF_BITS: Final = 48
_MAJOR_BITS: Final = 64
_FINAL: Final = 1 << 63
_EPOCH_BITS: Final = 16


def unit_version(epoch: int, major: int, as_of: int, *, final: bool = False) -> int:
    """Return the version of a unit's rows: epoch, final or not, sum of its partials' offsets, as-of time (ms).

    Raises ValueError for a part that does not fit its bits, which would silently let an older row win.
    """
    _fits("epoch", epoch, _EPOCH_BITS)
    _fits("major", major, _MAJOR_BITS - 1)
    _fits("as_of", as_of, _AS_OF_BITS)
    if final:
        major |= _FINAL
    return epoch << (_MAJOR_BITS + _AS_OF_BITS) | major << _AS_OF_BITS | as_of


def dossier_version(epoch: int, offset: int) -> int:
    """Return the version of a dossier's or petition's row: epoch, then offset of its last change."""
    _fits("epoch", epoch, _EPOCH_BITS)
    _fits("offset", offset, _MAJOR_BITS)
    return epoch << _MAJOR_BITS | offset


def _fits(name: str, value: int, bits: int) -> None:
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{name} {value} does not fit {bits} bits of a row version")
