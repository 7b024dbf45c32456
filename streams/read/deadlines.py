"""How many deadlines are near or past, and where, as the views of ClickHouse have them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streams.read.below import BELOW
from streams.read.reader import Reader

STATES = (
    "due_today",
    "due_tomorrow",
    "late",
    "stage_soon",
    "stage_late",
    "petition_due",
    "petition_late",
    "supplement_unanswered",
    "resolved_not_synced",
)
"""States of the view `deadlines`, in the order in which people read them."""


class DeadlineCount(NamedTuple):
    """Dossiers or petitions of a unit in a state; `stage_id` is empty where the state is none of a stage."""

    unit_code: str
    state: str
    stage_id: str
    dossiers: int


class Owner(NamedTuple):
    """A unit that has scores: its name, its level, and the unit above it (empty: none)."""

    name: str
    level: str
    parent: str


class DeadlineCounts(NamedTuple):
    """Counts by unit, state and stage, totals by state (each dossier once), owners with the units above them."""

    lines: Sequence[DeadlineCount]
    totals: Mapping[str, int]
    owners: Mapping[str, Owner]

    def chain(self, unit: str) -> tuple[str, ...]:
        """Return a unit and those above it, as far as they are known."""
        found = [unit]
        while (
            (owner := self.owners.get(found[-1])) is not None and owner.parent and owner.parent not in found
        ):
            found.append(owner.parent)
        return tuple(found)


def deadline_counts(reader: Reader, unit: str = "") -> DeadlineCounts:
    """Return all counts, and totals of one unit with those below it (empty: of all).

    Raises UserError as `Reader.rows`.
    """
    lines = [
        DeadlineCount(**row)
        for row in reader.rows(
            "SELECT unit_code, state, stage_id, dossiers FROM deadline_counts ORDER BY unit_code, state, stage_id",
            {},
        )
    ]
    where = f" WHERE {BELOW.format('unit_code')}" if unit else ""
    totals = reader.rows(
        f"SELECT state, uniqExact(dossier_code, petition_code) AS dossiers FROM deadlines{where} GROUP BY state",  # noqa: S608 - ours
        {"unit": unit},
    )
    return DeadlineCounts(
        lines,
        {row["state"]: row["dossiers"] for row in totals},
        read_owners(reader, {one.unit_code for one in lines} | ({unit} if unit else set())),
    )


def read_owners(reader: Reader, units: set[str]) -> dict[str, Owner]:
    """Return some units and all above them, as the newest scores have them."""
    found: dict[str, Owner] = {}
    wanted = units
    while wanted:
        rows = reader.rows(
            "SELECT unit_code, argMax(unit_name, period_end) AS name, argMax(level, period_end) AS level,"
            " argMax(parent_code, period_end) AS parent FROM scores WHERE unit_code IN %(units)s GROUP BY unit_code",
            {"units": tuple(sorted(wanted))},
        )
        found |= {row.pop("unit_code"): Owner(**row) for row in rows}
        wanted = {owner.parent for owner in found.values() if owner.parent} - set(found) - wanted
    return found
