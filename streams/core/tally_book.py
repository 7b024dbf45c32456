"""The book of one source partition: a tally for every unit it touches and every period that is open.

Rolling windows are sums of day buckets. Two kinds of bucket exist, because a dossier counts as received on one day and
as handled until it ends: `d19812` holds what was received on local day 19812, `e19812` what ended on it, `e` what is
still open. The windows `R7` and `R30` are kept as running sums of buckets and slide at midnight.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from schemas.partial import Cell
from streams.core.periods import ROLLING, date_of
from streams.core.tally import ONLINE_SERVICES, Tally, effect_of

LONGEST_WINDOW: Final = max(ROLLING.values())
OPEN_BUCKET: Final = "e"
SEPARATOR: Final = " "
"""Between the keys of several periods in which a dossier counts with one mask."""

Place = tuple[str, str]
"""The unit that holds a dossier, and the key of a bucket or of periods (`2024`, `2024 2024-Q1 2024-03`)."""

Entry = tuple[str, str, int]
"""One place where a dossier counts, and its mask there."""

Chain = Callable[[str, str], tuple[str, ...]]
Services = Callable[[str, str, str], tuple[str, ...]]


@lru_cache(maxsize=1024)
def received_bucket(day: int) -> str:
    """Return the key of the bucket of dossiers received on a local day."""
    return f"d{day}"


@lru_cache(maxsize=1024)
def ended_bucket(day: int | None) -> str:
    """Return the key of the bucket of dossiers that ended on a local day, or of the open ones."""
    return OPEN_BUCKET if day is None else f"e{day}"


class TallyBook:
    """Tallies by unit and period key, moved by deltas; remembers which units changed since they were last taken.

    Deltas are summed as they come, and reach the tallies of a unit and of all units above it in `settle`.
    """

    def __init__(self, today: int, calendar_keys: Iterable[str]) -> None:
        self.today = today
        self.changed: set[str] = set()
        self._open = tuple(calendar_keys)
        self._cells: dict[str, dict[str, Tally]] = {}
        self._counts: defaultdict[Place, int] = defaultdict(int)
        self._shifts: defaultdict[Place, dict[tuple[int, str], int]] = defaultdict(dict)
        self._targets: dict[str, tuple[str, ...]] = {}

    def move(self, entries: Iterable[Entry], procedure: str, times: int) -> None:
        """Add a dossier of a procedure to the places where it counts (`times` 1), or take it away (-1)."""
        for unit, key, mask in entries:
            lanes, kinds = effect_of(mask)
            place = (unit, key)
            self._counts[place] += lanes if times == 1 else times * lanes
            if kinds:
                shifts = self._shifts[place]
                for kind in kinds:
                    shifts[kind, procedure] = shifts.get((kind, procedure), 0) + times

    def settle(self, chain: Chain, services: Services) -> None:
        """Bring the moves to the tallies of their units and of all units above.

        `chain(unit, key)` returns the unit and its ancestors in that period, `services(procedure, unit, key)` the
        services of the procedure that the unit applies.
        """
        for place, lanes in self._counts.items():
            unit, key = place
            held = self._shifts.get(place)
            shifts = (
                []
                if held is None
                else [
                    (kind, code, times)
                    for (kind, procedure), times in held.items()
                    if times
                    for code in (services(procedure, unit, key) if kind == ONLINE_SERVICES else (procedure,))
                ]
            )
            if not lanes and not shifts:
                continue
            for tally in self._tallies(chain(unit, key), key):
                tally.count(lanes)
                if shifts:
                    tally.shift(shifts)
        self._counts.clear()
        self._shifts.clear()

    def _tallies(self, units: Iterable[str], key: str) -> Iterable[Tally]:
        """Give the tallies that a move at a key reaches."""
        keys = self._targets.get(key)
        if keys is None:
            keys = self._targets[key] = self._reached(key)
        if not keys:
            return
        for unit in units:
            self.changed.add(unit)
            cells = self._cells.get(unit)
            if cells is None:
                cells = self._cells[unit] = {}
            for reached in keys:
                tally = cells.get(reached)
                if tally is None:
                    tally = cells[reached] = Tally()
                yield tally

    def _reached(self, key: str) -> tuple[str, ...]:
        """Return the periods of a key that are open, or a bucket and the windows it is in, if it is in any."""
        if key == OPEN_BUCKET:
            return (key, *ROLLING)
        if key[0] in "de":
            age = self.today - int(key[1:])
            windows = tuple(kind for kind, days in ROLLING.items() if age < days)
            return (key, *windows) if windows else ()
        return tuple(period for period in key.split(SEPARATOR) if period in self._open)

    def slide(self, today: int) -> None:
        """Move the rolling windows to another day: what leaves a window is taken away, old buckets are dropped."""
        before, self.today = self.today, today
        self._targets.clear()
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
                cells[kind].take_away(cells[bucket])

    def turn(self, calendar_keys: Iterable[str]) -> None:
        """Take other periods as the open ones; what was published of those that closed stays as it is."""
        before, self._open = self._open, tuple(calendar_keys)
        self._targets.clear()
        for closed in set(before) - set(self._open):
            for cells in self._cells.values():
                cells.pop(closed, None)

    def take(self) -> Mapping[str, dict[str, Cell]]:
        """Return the cells of every unit changed since the last call, with rolling keys spelt out."""
        suffix = f"@{date_of(self.today).isoformat()}"
        wanted = {key: key for key in self._open} | {kind: kind + suffix for kind in ROLLING}
        taken = {unit: self._frozen(unit, wanted) for unit in sorted(self.changed)}
        self.changed.clear()
        return taken

    def cells(self, keys: Iterable[str]) -> Mapping[str, dict[str, Cell]]:
        """Return the cells of some periods that are not zero, by unit."""
        wanted = {key: key for key in keys}
        return {unit: self._frozen(unit, wanted) for unit in self._cells}

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
