"""The register of units through time: province > district (until 2025-06-30) > commune, and departments.

Moments are epoch milliseconds UTC; a row is valid for whole local days, both ends included.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from schemas.reference import UnitRecord
from streams.core.periods import day_of, day_start

FOREVER = 1 << 62


class Unit(NamedTuple):
    """A unit (đơn vị) as it is from `start` (included) to `end` (excluded)."""

    code: str
    level: str
    name: str
    unit_kind: str
    parent: str | None
    start: int
    end: int


class UnitTree:
    """All units and their places in the tree at any moment; immutable."""

    __slots__ = ("_below", "_bounds", "_chains", "_rows")

    def __init__(self, records: Iterable[UnitRecord] = ()) -> None:
        self._rows: dict[str, tuple[Unit, ...]] = {record.code: _rows(record) for record in records}
        every = (row for rows in self._rows.values() for row in rows)
        self._bounds = sorted({bound for row in every for bound in (row.start, row.end)})
        self._chains: dict[tuple[str, int], tuple[str, ...]] = {}
        self._below: dict[int, dict[str, frozenset[str]]] = {}

    def __contains__(self, code: str) -> bool:
        return code in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def bounds(self) -> list[int]:
        """The moments at which anything in the tree changes, ascending."""
        return self._bounds

    def unit(self, code: str, at: int) -> Unit | None:
        """Return the unit as it is at a moment, None if it does not exist then."""
        return next((row for row in self._rows.get(code, ()) if row.start <= at < row.end), None)

    def units_at(self, at: int) -> list[Unit]:
        """Return every unit that exists at a moment, by code."""
        return [row for code in sorted(self._rows) if (row := self.unit(code, at)) is not None]

    def chain(self, code: str, at: int) -> tuple[str, ...]:
        """Return the unit and its ancestors as they were at a moment, the unit first.

        A closed unit keeps its last place and one not yet opened has its first; an unknown unit stands alone.
        """
        place = (code, bisect_right(self._bounds, at))
        chain = self._chains.get(place)
        if chain is None:
            chain = self._chains[place] = self._climb(code, at)
        return chain

    def province_of(self, code: str, at: int) -> str:
        """Return the province above a unit (itself if it is one), else the highest unit above it."""
        chain = self.chain(code, at)
        for above in chain:
            row = self.last_known(above, at)
            if row is not None and row.level == "province":
                return above
        return chain[-1]

    def below(self, code: str, at: int) -> frozenset[str]:
        """Return the unit and every unit under it that exists at a moment."""
        index = bisect_right(self._bounds, at)
        table = self._below.get(index)
        if table is None:
            table = self._below[index] = self._tree_at(at)
        return table.get(code, frozenset((code,)))

    def _tree_at(self, at: int) -> dict[str, frozenset[str]]:
        under: dict[str, set[str]] = {}
        for row in self.units_at(at):
            for above in self.chain(row.code, at):
                under.setdefault(above, set()).add(row.code)
        return {code: frozenset(codes) for code, codes in under.items()}

    def _climb(self, code: str, at: int) -> tuple[str, ...]:
        chain = [code]
        row = self.last_known(code, at)
        while row is not None and row.parent in self._rows and row.parent not in chain:
            chain.append(row.parent)
            row = self.last_known(row.parent, at)
        return tuple(chain)

    def last_known(self, code: str, at: int) -> Unit | None:
        """Return the newest row begun at a moment, also of a closed unit; before the first, the first."""
        rows = self._rows.get(code)
        if rows is None:
            return None
        return next((row for row in reversed(rows) if row.start <= at), rows[0])


def _rows(record: UnitRecord) -> tuple[Unit, ...]:
    rows = (
        Unit(
            record.code,
            row.level,
            row.name,
            row.unit_kind,
            row.parent,
            day_start(day_of(row.valid_from)),
            FOREVER if row.valid_to is None else day_start(day_of(row.valid_to) + 1),
        )
        for row in record.history
    )
    return tuple(sorted(rows, key=lambda row: row.start))
