"""Tallies: exact integer sums of contributions, with presence counted per procedure or service.

A contribution is a bit mask over the names of `DOSSIER_COUNTERS` followed by those of `PRESENCE_COUNTERS`. A tally
moves by `new contribution - old contribution`; presence is summed per code first and counted after, so that tallies of
several partitions can be added before anything is counted.

All counters of a tally are one integer, a lane of 32 bits each, so that one addition moves them all. Lanes may borrow
from each other while moves are under way; the sums that are read are counts of dossiers, never negative.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import Final

from schemas.counters import DOSSIER_COUNTERS, PRESENCE_COUNTERS
from schemas.partial import Cell

WIDTH: Final = len(DOSSIER_COUNTERS)
KINDS: Final = len(PRESENCE_COUNTERS)
ONLINE_SERVICES: Final = PRESENCE_COUNTERS.index("online_services")
_NONE_PRESENT: Final[dict[str, int]] = {}
EMPTY_CELL: Final = Cell((0,) * WIDTH, (_NONE_PRESENT,) * KINDS)

_READ_ONCE: Final = Cell((), ())
"""In place of a tally's value: it has not moved since it was read."""

Shift = tuple[int, str, int]

_LANES: Final = Struct(f"<{WIDTH}I")


@lru_cache(maxsize=65536)
def effect_of(mask: int) -> tuple[int, tuple[int, ...]]:
    """Return what a mask moves: its counters as lanes, 1 in each, and the positions of its presence counters."""
    lanes = _packed(tuple(mask >> position & 1 for position in range(WIDTH)))
    return lanes, tuple(kind for kind in range(KINDS) if mask >> (WIDTH + kind) & 1)


def _packed(counters: Sequence[int]) -> int:
    return int.from_bytes(_LANES.pack(*counters), "little")


class Tally:
    """The counters and the presence of one unit in one period; every number is a sum, never stored twice."""

    __slots__ = ("_frozen", "lanes", "presence")

    def __init__(self) -> None:
        self.lanes = 0
        self.presence: list[dict[str, int] | None] = [None] * KINDS
        self._frozen: Cell | None = EMPTY_CELL

    def move(self, mask: int, times: int, procedure: str, services: Sequence[str]) -> None:
        """Add `times` dossiers of one procedure with the same mask (negative `times` takes them away)."""
        lanes, kinds = effect_of(mask)
        self.count(lanes * times)
        for kind in kinds:
            codes = services if kind == ONLINE_SERVICES else (procedure,)
            self.shift([(kind, code, times) for code in codes])

    def count(self, lanes: int) -> None:
        """Add to all counters at once."""
        self._frozen = None
        self.lanes += lanes

    def shift(self, shifts: Iterable[Shift]) -> None:
        """Add to the dossiers of some codes: (presence counter, code, times)."""
        self._frozen = None
        presence = self.presence
        for kind, code, times in shifts:
            held = presence[kind]
            if held is None:
                held = presence[kind] = {}
            left = held.get(code, 0) + times
            if left:
                held[code] = left
            else:
                held.pop(code, None)

    def replace(self, old: Cell, new: Cell) -> None:
        """Put what another partition says now in the place of what it said before."""
        if old.counters != new.counters:
            self.count(_packed(new.counters) - _packed(old.counters))
        for kind, (gone, come) in enumerate(zip(old.presence, new.presence, strict=True)):
            if gone != come:
                self.shift([(kind, code, -times) for code, times in gone.items()])
                self.shift([(kind, code, times) for code, times in come.items()])

    def take_away(self, other: "Tally") -> None:
        """Subtract a tally that is part of this one."""
        self.count(-other.lanes)
        for kind, held in enumerate(other.presence):
            if held:
                self.shift([(kind, code, -times) for code, times in held.items()])

    def freeze(self) -> Cell:
        """Return the tally as a value; the same one each time from its second reading on, until it moves again.

        What moves between any two readings is not kept: of all that is published now, that would be a second copy.
        """
        frozen = self._frozen
        if frozen is not None and frozen is not _READ_ONCE:
            return frozen
        counters = _LANES.unpack(self.lanes.to_bytes(_LANES.size, "little"))
        cell = Cell(counters, tuple(dict(held) if held else _NONE_PRESENT for held in self.presence))
        self._frozen = _READ_ONCE if frozen is None else cell
        return cell

    def is_zero(self) -> bool:
        """Tell whether no dossier counts here."""
        return not self.lanes and not any(self.presence)


def named_counters(cell: Cell) -> dict[str, int]:
    """Return the counters of a cell by name; presence counters are the number of codes present."""
    named = dict(zip(DOSSIER_COUNTERS, cell.counters, strict=True))
    for name, held in zip(PRESENCE_COUNTERS, cell.presence, strict=True):
        named[name] = sum(1 for times in held.values() if times > 0)
    return named


def total(cells: Iterable[Cell]) -> Cell:
    """Return the sum of cells."""
    tally = Tally()
    for cell in cells:
        tally.replace(EMPTY_CELL, cell)
    return tally.freeze()


def cell_of(contributions: Iterable[tuple[int, str, Sequence[str]]]) -> Cell:
    """Return the tally of contributions (mask, procedure, services) counted from scratch."""
    tally = Tally()
    for mask, procedure, services in contributions:
        tally.move(mask, 1, procedure, services)
    return tally.freeze()


def mask_of(names: Iterable[str]) -> int:
    """Return the mask with the bits of the named dossier and presence counters."""
    positions: Mapping[str, int] = {
        name: position for position, name in enumerate((*DOSSIER_COUNTERS, *PRESENCE_COUNTERS))
    }
    mask = 0
    for name in names:
        mask |= 1 << positions[name]
    return mask
