"""Tallies: exact integer sums of contributions, with presence counted per procedure or service.

A contribution is a bit mask over the names of `DOSSIER_COUNTERS` followed by those of `PRESENCE_COUNTERS`. A tally
moves by `new contribution - old contribution`; presence is summed per code first and counted after, so that tallies of
several partitions can be added before anything is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from schemas.counters import DOSSIER_COUNTERS, PRESENCE_COUNTERS
from schemas.partial import Cell

WIDTH: Final = len(DOSSIER_COUNTERS)
KINDS: Final = len(PRESENCE_COUNTERS)
ONLINE_SERVICES: Final = PRESENCE_COUNTERS.index("online_services")
EMPTY_CELL: Final = Cell((0,) * WIDTH, tuple({} for _ in range(KINDS)))


@lru_cache(maxsize=65536)
def counters_of(mask: int) -> tuple[int, ...]:
    """Return the positions of the dossier counters in a mask."""
    return tuple(position for position in range(WIDTH) if mask >> position & 1)


@lru_cache(maxsize=4096)
def presence_of(mask: int) -> tuple[int, ...]:
    """Return the positions (0-based among the presence counters) in a mask."""
    return tuple(kind for kind in range(KINDS) if mask >> (WIDTH + kind) & 1)


class Tally:
    """The counters and the presence of one unit in one period; every number is a sum, never stored twice."""

    __slots__ = ("_frozen", "counters", "presence")

    def __init__(self) -> None:
        self.counters: list[int] = [0] * WIDTH
        self.presence: tuple[dict[str, int], ...] = tuple({} for _ in range(KINDS))
        self._frozen: Cell | None = EMPTY_CELL

    def move(self, mask: int, times: int, procedure: str, services: Sequence[str]) -> None:
        """Add `times` dossiers of one procedure with the same mask (negative `times` takes them away)."""
        self._frozen = None
        counters = self.counters
        for position in counters_of(mask):
            counters[position] += times
        for kind in presence_of(mask):
            held = self.presence[kind]
            for code in services if kind == ONLINE_SERVICES else (procedure,):
                _shift(held, code, times)

    def replace(self, old: Cell, new: Cell) -> None:
        """Put what another partition says now in the place of what it said before."""
        self._frozen = None
        self.counters = list(map(_swap, self.counters, old.counters, new.counters))
        for held, gone, come in zip(self.presence, old.presence, new.presence, strict=True):
            if gone != come:
                for code, times in gone.items():
                    _shift(held, code, -times)
                for code, times in come.items():
                    _shift(held, code, times)

    def freeze(self) -> Cell:
        """Return the tally as a value, the same one until it moves again."""
        if self._frozen is None:
            self._frozen = Cell(tuple(self.counters), tuple(map(dict, self.presence)))
        return self._frozen

    def is_zero(self) -> bool:
        """Tell whether no dossier counts here."""
        return not any(self.counters) and not any(self.presence)


def _swap(mine: int, old: int, new: int) -> int:
    return mine - old + new


def _shift(held: dict[str, int], code: str, times: int) -> None:
    left = held.get(code, 0) + times
    if left:
        held[code] = left
    else:
        held.pop(code, None)


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
