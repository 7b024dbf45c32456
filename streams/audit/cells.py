"""What is compared: every figure of a unit in a period as a named cell; points and ratios in hundredths. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streams.core.scoring import ScoreCard

Value = int | str | None


class Place(NamedTuple):
    """One unit in one period."""

    unit: str
    period: str


class Cell(NamedTuple):
    """One figure: `what` is `total`, `grade`, `group CKMB`, or an indicator and a field (`RESOLVED_ON_TIME ratio`)."""

    unit: str
    period: str
    what: str

    @property
    def indicator(self) -> str | None:
        """Code of the indicator, None for a figure of the whole unit or of a group."""
        code, _, field = self.what.partition(" ")
        return code if field and code != "group" else None


Cells = dict[Cell, Value]
FIELDS = ("numerator", "denominator", "ratio", "score")
NOTHING = "no row"
"""Stands where one side has no such figure at all."""


class Difference(NamedTuple):
    """One cell that is not the same everywhere: as stored, as the event log gives it, as SQL gives it.

    `sql` is None where SQL was not asked; `dossiers` are the first that the log and SQL count differently.
    """

    cell: Cell
    live: Value
    log: Value
    sql: Value
    dossiers: tuple[str, ...] = ()


def card_cells(place: Place, card: ScoreCard) -> Cells:
    """Return the cells of a score card."""
    found: Cells = {
        Cell(*place, "total"): card.total,
        Cell(*place, "grade"): card.grade or "",
    }
    for group in card.groups:
        found[Cell(*place, f"group {group.code}")] = group.score
    for one in card.indicators:
        for field in FIELDS:
            found[Cell(*place, f"{one.code} {field}")] = getattr(one, field)
    return found


def differences(live: Cells, log: Cells, sql: Cells | None) -> list[Difference]:
    """Return every cell that is not the same on all sides, in order; a missing cell is a difference."""
    keys: Iterable[Cell] = live.keys() | log.keys() | (sql.keys() if sql is not None else set())
    found = []
    for cell in sorted(keys):
        stored, counted = live.get(cell, NOTHING), log.get(cell, NOTHING)
        asked = counted if sql is None else sql.get(cell, NOTHING)
        if not stored == counted == asked:
            found.append(Difference(cell, stored, counted, None if sql is None else asked))
    return found


def chosen(cells: Cells, units: frozenset[str], periods: Mapping[str, object]) -> Cells:
    """Return the cells of some units (all if none is named) and periods."""
    return {
        cell: value
        for cell, value in cells.items()
        if cell.period in periods and (not units or cell.unit in units)
    }
