"""The scenario's data files: units, procedures, services, and the figures that each district is to reach.

The figures are invented so that the totals known from the newspaper come out exactly; `docs/binh-duong.md`
says what is known and what is not. A *cohort* is the dossiers received in a stretch of time: `2023` (and
ended in it), `carried` (received in 2023, ended in 2024: HANDLED in both), `2024-01` to `2024-03`, and
`2024-04`, for which nothing is to be reached.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

COHORTS = ("2023", "carried", "2024-01", "2024-02", "2024-03", "2024-04")
QUARTER_MONTHS = ("2024-01", "2024-02", "2024-03")
GROUPS = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of a unit's history; dates are ISO, both included."""

    code: str
    name: str
    level: str
    kind: str
    parent: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure; `fee` in đồng, `days` its `max_time` in whole working days, `weight` its popularity."""

    code: str
    name: str
    domain_code: str
    domain_name: str
    levels: tuple[str, ...]
    fee: int
    citizen: bool
    max_time: int
    time_unit: str
    paper_result: bool
    service_level: str
    weight: int
    days: int


@dataclass(frozen=True, slots=True)
class Service:
    """One online service and the procedures it serves."""

    code: str
    name: str
    procedures: tuple[str, ...]
    levels: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many dossiers of one district and cohort there are, and how many of them have each property.

    `late`: past the due date; `unhappy`: on time, yet disliked or complained about; the others are named as
    the counters of a tally.
    """

    unit: str
    cohort: str
    received: int
    late: int
    result: int
    digitized: int
    reused: int
    store: int
    citizen: int
    unhappy: int
    online: int
    fee: int
    fee_paid: int


@dataclass(frozen=True, slots=True)
class Presence:
    """How many distinct services and procedures a district shows in a period; `reported` is its own total."""

    unit: str
    period: str
    services: int
    fee_seen: int
    fee_paid: int
    citizen_connected: int
    reported: int | None


@dataclass(frozen=True, slots=True)
class PetitionTarget:
    """Petitions of one district and cohort: accepted, of these on time and satisfied; refused (in time)."""

    unit: str
    cohort: str
    accepted: int
    on_time: int
    satisfied: int
    refused: int


@dataclass(frozen=True, slots=True)
class Story:
    """So many dossiers of a district and cohort live through `shape` (see `shapes.py`)."""

    unit: str
    cohort: str
    shape: str
    count: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Group scores and total of one district at a checkpoint."""

    checkpoint: str
    period: str
    unit: str
    groups: dict[str, Decimal]
    total: Decimal


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("streams.scenarios.binh_duong") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def unit_rows() -> tuple[UnitRow, ...]:
    """Every row of every unit's history until the district level ended."""
    return tuple(UnitRow(**row) for row in _rows("units.csv"))


@cache
def districts() -> tuple[str, ...]:
    """Codes of the nine districts."""
    return tuple(sorted({row.code for row in unit_rows() if row.level == "district"}))


@cache
def communes(district: str) -> tuple[str, ...]:
    """Codes of a district's communes."""
    rows = (row for row in unit_rows() if row.level == "commune" and row.parent == district)
    return tuple(sorted({row.code for row in rows}))


@cache
def procedures() -> dict[str, Procedure]:
    """Procedures by code, most popular first within each level."""
    return {row["code"]: _procedure(row) for row in _rows("procedures.csv")}


def _procedure(row: dict[str, str]) -> Procedure:
    length, unit = int(row["max_time"]), row["time_unit"]
    return Procedure(
        code=row["code"],
        name=row["name"],
        domain_code=row["domain_code"],
        domain_name=row["domain_name"],
        levels=tuple(row["levels"].split()),
        fee=int(row["fee"]),
        citizen=row["citizen"] == "1",
        max_time=length,
        time_unit=unit,
        paper_result=row["paper_result"] == "1",
        service_level=row["service_level"],
        weight=int(row["weight"]),
        days={"hour": 1, "day": max(1, length * 5 // 7), "working_day": length}[unit],
    )


@cache
def services() -> tuple[Service, ...]:
    """Online services."""
    return tuple(
        Service(
            row["code"],
            row["name"],
            tuple(row["procedures"].split()),
            tuple(row["levels"].split()),
            row["status"],
        )
        for row in _rows("services.csv")
    )


@cache
def cohorts() -> tuple[Cohort, ...]:
    """Targets of every district and cohort."""
    return tuple(
        Cohort(row.pop("unit"), row.pop("cohort"), **{name: int(value) for name, value in row.items()})
        for row in _rows("cohorts.csv")
    )


@cache
def presences() -> dict[tuple[str, str], Presence]:
    """Distinct services and procedures by (district, period)."""
    return {
        (row["unit"], row["period"]): Presence(
            row["unit"],
            row["period"],
            int(row["services"]),
            int(row["fee_seen"]),
            int(row["fee_paid"]),
            int(row["citizen_connected"]),
            int(row["reported"]) if row["reported"] else None,
        )
        for row in _rows("presence.csv")
    }


@cache
def petition_targets() -> tuple[PetitionTarget, ...]:
    """Petitions of every district and cohort that has any."""
    return tuple(
        PetitionTarget(
            row["unit"],
            row["cohort"],
            int(row["accepted"]),
            int(row["on_time"]),
            int(row["satisfied"]),
            int(row["refused"]),
        )
        for row in _rows("petitions.csv")
    )


@cache
def stories() -> tuple[Story, ...]:
    """Dossiers whose life is told on purpose."""
    return tuple(
        Story(row["unit"], row["cohort"], row["shape"], int(row["count"])) for row in _rows("stories.csv")
    )


@cache
def expected() -> tuple[Expected, ...]:
    """What the nine districts must show at the checkpoints."""
    return tuple(
        Expected(
            row["checkpoint"],
            row["period"],
            row["unit"],
            {group: Decimal(row[group]) for group in GROUPS},
            Decimal(row["total"]),
        )
        for row in _rows("expected.csv")
    )
