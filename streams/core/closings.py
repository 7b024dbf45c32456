"""Periods that closed: what their units came to, summed from the finals of all source partitions.

A period is closed for a unit once every source partition is past its closing. A source says what it closed before its
clock says that it is past it: one that has said nothing by then was first opened later, and nothing of it counts. The
records stay on the topic of partials: a unit agent that was away when a period closed hears of it when it comes back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from schemas.partial import Cell, Closed, FinalPartial
from streams.core.tally import EMPTY_CELL, Tally


class ClosedPeriod(NamedTuple):
    """What the units of a period came to, and when it closed in the last source partition that had it (epoch ms).

    `major` is the sum of the offsets at which the sources closed it, each plus one.
    """

    key: str
    as_of: int
    major: int
    units: Mapping[str, Cell]


class Closings:
    """Hears the finals and closings of all source partitions; gives every period once."""

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._finals: defaultdict[str, dict[tuple[int, int], dict[str, Cell]]] = defaultdict(dict)
        self._closed: defaultdict[str, dict[int, Closed]] = defaultdict(dict)
        self._given: set[str] = set()

    def hear(self, record: FinalPartial | Closed) -> None:
        """Take one record; of several lives of a source the last one that closed a period counts."""
        if isinstance(record, Closed):
            for key in record.periods:
                held = self._closed[key].get(record.source)
                if key not in self._given and (held is None or held.incarnation <= record.incarnation):
                    self._closed[key][record.source] = record
            return
        for key, cell in record.cells.items():
            if key not in self._given:
                units = self._finals[key].setdefault((record.source, record.incarnation), {})
                units[record.unit] = cell

    def take(self, as_of: int, counts_in: Callable[[int, str], bool]) -> Iterator[ClosedPeriod]:
        """Give the periods that all sources had closed at the common clock, oldest first.

        `counts_in(source, key)` tells whether something of a source counts in a period now: a source with a longer
        grace is waited for.
        """
        for key in sorted(self._closed, key=lambda key: (self._moment(key), key)):
            said = self._closed[key]
            silent = (source for source in range(self._sources) if source not in said)
            if self._moment(key) <= as_of and not any(counts_in(source, key) for source in silent):
                yield self._sum(key, said)
                self._given.add(key)
                del self._closed[key]
                self._finals.pop(key, None)

    def _moment(self, key: str) -> int:
        return max((record.as_of for record in self._closed[key].values()), default=0)

    def _sum(self, key: str, said: Mapping[int, Closed]) -> ClosedPeriod:
        sums: defaultdict[str, Tally] = defaultdict(Tally)
        for source, record in said.items():
            for unit, cell in self._finals[key].get((source, record.incarnation), {}).items():
                sums[unit].replace(EMPTY_CELL, cell)
        return ClosedPeriod(
            key,
            self._moment(key),
            sum(record.offset + 1 for record in said.values()),
            {unit: tally.freeze() for unit, tally in sums.items()},
        )
