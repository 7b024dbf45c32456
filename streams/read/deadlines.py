"""How many deadlines are near or past, and where, as the views of ClickHouse have them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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


class DeadlineCounts(NamedTuple):
    """Counts by unit, state and stage, totals by state (each dossier once), names of the units that have scores."""

    lines: Sequence[DeadlineCount]
    totals: Mapping[str, int]
    names: Mapping[str, str]


def deadline_counts(reader: Reader, unit: str = "") -> DeadlineCounts:
    """Return all counts, and totals of one unit (empty: of all); raises UserError as `Reader.rows`."""
    lines = [
        DeadlineCount(**row)
        for row in reader.rows(
            "SELECT unit_code, state, stage_id, dossiers FROM deadline_counts ORDER BY unit_code, state, stage_id",
            {},
        )
    ]
    totals = reader.rows(
        "SELECT state, uniqExact(dossier_code, petition_code) AS dossiers FROM deadlines"
        " WHERE %(unit)s = '' OR unit_code = %(unit)s GROUP BY state",
        {"unit": unit},
    )
    return DeadlineCounts(
        lines,
        {row["state"]: row["dossiers"] for row in totals},
        _names(reader, sorted({one.unit_code for one in lines} | ({unit} if unit else set()))),
    )


def _names(reader: Reader, units: Sequence[str]) -> dict[str, str]:
    rows: Sequence[Mapping[str, Any]] = (
        reader.rows(
            "SELECT unit_code, argMax(unit_name, period_end) AS name FROM scores"
            " WHERE unit_code IN %(units)s GROUP BY unit_code",
            {"units": tuple(units)},
        )
        if units
        else ()
    )
    return {row["unit_code"]: row["name"] for row in rows}
