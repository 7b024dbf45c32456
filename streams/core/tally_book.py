"""The book of one source partition: a tally for every unit it touches and every period that is open.

Rolling windows are sums of day buckets. Two kinds of bucket exist, because a dossier counts as received on one day and
as handled until it ends: `d19812` holds what was received on local day 19812, `e19812` what ended on it, `e` what is
still open. The windows `R7` and `R30` are kept as running sums of buckets and slide at midnight.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from schemas.partial import Cell
from streams.core.periods import ROLLING, date_of
from streams.core.tally import EMPTY_CELL, Tally

LONGEST_WINDOW: Final = max(ROLLING.values())
OPEN_BUCKET: Final = "e"


class Entry(NamedTuple):
    """One place where a dossier counts: the unit that holds it, the key of a period or bucket, and its mask."""

    unit: str
    key: str
    mask: int


Moves = dict[tuple[Entry, str], int]


def received_bucket(day: int) -> str:
    """Return the key of the bucket of dossiers received on a local day."""
    return f"d{day}"


def ended_bucket(day: int | None) -> str:
    """Return the key of the bucket of dossiers that ended on a local day, or of the open ones."""
    return OPEN_BUCKET if day is None else f"e{day}"


class TallyBook:
    """Tallies by unit and period key, moved by deltas; remembers which units changed since they were last taken."""

    def __init__(self, today: int) -> None:
        self.today = today
        self.changed: set[str] = set()
        self._cells: dict[str, dict[str, Tally]] = {}

    def apply(
        self,
        moves: Moves,
        chain: Callable[[str, str], tuple[str, ...]],
        services: Callable[[str, str, str], tuple[str, ...]],
    ) -> None:
        """Apply moves to the unit of each entry and all units above it.

        `chain(unit, key)` returns the unit and its ancestors in that period, `services(procedure, unit, key)` the
        services of the procedure that the unit applies.
        """
        for (entry, procedure), times in moves.items():
            if not times:
                continue
            applied = services(procedure, entry.unit, entry.key)
            for unit in chain(entry.unit, entry.key):
                self._move(unit, entry, times, procedure, applied)

    def _move(self, unit: str, entry: Entry, times: int, procedure: str, services: tuple[str, ...]) -> None:
        self.changed.add(unit)
        for key in (entry.key, *self._windows(entry.key)):
            self._tally(unit, key).move(entry.mask, times, procedure, services)

    def _tally(self, unit: str, key: str) -> Tally:
        cells = self._cells.setdefault(unit, {})
        tally = cells.get(key)
        if tally is None:
            tally = cells[key] = Tally()
        return tally

    def _windows(self, key: str) -> Iterable[str]:
        if key == OPEN_BUCKET:
            return tuple(ROLLING)
        if key[0] in "de":
            age = self.today - int(key[1:])
            return tuple(kind for kind, days in ROLLING.items() if age < days)
        return ()

    def slide(self, today: int) -> None:
        """Move the rolling windows to another day: what leaves a window is taken away, old buckets are dropped."""
        before, self.today = self.today, today
        for unit, cells in self._cells.items():
            self.changed.add(unit)
            for kind, days in ROLLING.items():
                for day in range(before - days + 1, today - days + 1):
                    self._leave(cells, kind, day)
            for day in range(before - LONGEST_WINDOW + 1, today - LONGEST_WINDOW + 1):
                cells.pop(received_bucket(day), None)
                cells.pop(ended_bucket(day), None)

    @staticmethod
    def _leave(cells: dict[str, Tally], kind: str, day: int) -> None:
        for bucket in (received_bucket(day), ended_bucket(day)):
            if bucket in cells:
                cells[kind].replace(cells[bucket].freeze(), EMPTY_CELL)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget the cells of closed periods; what was published of them stays as it is."""
        for cells in self._cells.values():
            for key in keys:
                cells.pop(key, None)

    def take(self, calendar_keys: Iterable[str]) -> Mapping[str, dict[str, Cell]]:
        """Return the cells of every unit changed since the last call, with rolling keys spelt out."""
        suffix = f"@{date_of(self.today).isoformat()}"
        wanted = {key: key for key in calendar_keys} | {kind: kind + suffix for kind in ROLLING}
        taken = {unit: self._frozen(unit, wanted) for unit in sorted(self.changed)}
        self.changed.clear()
        return taken

    def _frozen(self, unit: str, wanted: Mapping[str, str]) -> dict[str, Cell]:
        cells = self._cells.get(unit, {})
        return {
            name: cells[key].freeze()
            for key, name in wanted.items()
            if key in cells and not cells[key].is_zero()
        }

    def units(self) -> Iterable[str]:
        """Return the units that have a tally."""
        return self._cells.keys()
