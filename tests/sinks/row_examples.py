"""Rows for tests: complete, plausible, and changed field by field."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from schemas.alert_wire import Alert
from streams.core.periods import date_of, local_day, parse_period, previous_period
from streams.sinks.alert_rows import alert_row
from streams.sinks.rows import AlertRow, DossierRow, IndicatorsRow, PetitionRow, ScoreRow

GROUPS = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDSH": 22, "MDHL": 18}
START = 1_704_042_000_000  # 2024-01-01 00:00 in Vietnam


def points(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.01"))


def score(
    unit: str,
    total: str | None,
    *,
    period: str = "2024-Q1",
    name: str = "",
    level: str = "district",
    formula: str = "portal-2026",
    as_of: int = START,
    version: int = 1,
    groups: Mapping[str, str] | None = None,
) -> ScoreRow:
    """A score; without `groups` each group gets its share of the total."""
    bounds = parse_period(period)
    maxima = {code: Decimal(maximum).quantize(Decimal("0.01")) for code, maximum in GROUPS.items()}
    if groups is None and total is not None:
        groups = {code: str(Decimal(total) * maximum / 100) for code, maximum in GROUPS.items()}
    return ScoreRow(
        formula=formula,
        period=period,
        unit_code=unit,
        period_kind=bounds.kind,
        period_start=date_of(local_day(bounds.start)),
        period_end=date_of(local_day(bounds.end - 1)),
        previous_period=previous_period(bounds).key,
        level=level,
        unit_name=name or unit,
        parent_code="H09",
        total=points(total),
        maximum=Decimal("100.00"),
        grade="good" if total is not None else "",
        groups={code: points(value) or Decimal(0) for code, value in (groups or {}).items()},
        group_maxima=maxima,
        final=0,
        as_of=as_of,
        version=version,
    )


class Figures(NamedTuple):
    """One indicator: 8 of 10, or nothing at all without a score."""

    code: str
    score: str | None
    maximum: str
    group: str = "TDGQ"
    policy: str = "OWN"


def indicators(unit: str, *figures: Figures, **changes: Any) -> IndicatorsRow:
    """The indicators of a unit in the first quarter of 2024."""
    row = IndicatorsRow(
        formula="portal-2026",
        period="2024-Q1",
        unit_code=unit,
        period_start=date_of(local_day(parse_period("2024-Q1").start)),
        level="district",
        indicators=tuple(one.code for one in figures),
        group_codes=tuple(one.group for one in figures),
        numerators=tuple(None if one.score is None else 8 for one in figures),
        denominators=tuple(None if one.score is None else 10 for one in figures),
        ratios=tuple(None if one.score is None else 80_00 for one in figures),
        scores=tuple(None if one.score is None else int(Decimal(one.score) * 100) for one in figures),
        maxima=tuple(int(Decimal(one.maximum) * 100) for one in figures),
        policies=tuple(one.policy for one in figures),
        final=0,
        as_of=START,
        version=1,
    )
    return row._replace(**changes)


def snapshot(
    unit: str, total: str, *, as_of: int = START, version: int = 1
) -> tuple[ScoreRow, IndicatorsRow]:
    """A score with one indicator."""
    figures = Figures("RESOLVED_ON_TIME", "16", "20")
    return score(unit, total, as_of=as_of, version=version), indicators(
        unit, figures, as_of=as_of, version=version
    )


def dossier(code: str, **changes: Any) -> DossierRow:
    """An open dossier received on 2 January 2024, due on 10 January, with an empty list for all that is a list."""
    row = DossierRow._make(
        () if "tuple" in str(kind) else None if "None" in str(kind) else 0
        for kind in DossierRow.__annotations__.values()
    )
    known: dict[str, Any] = {
        "dossier_code": code,
        "procedure_code": "1.000001",
        "unit_code": "H09.1",
        "holding_units": ("H09.1",),
        "holding_since": (None,),
        "status": 4,
        "received_at": START + 86_400_000,
        "due_at": START + 9 * 86_400_000,
        "epoch": 1,
        "version": 1,
    }
    return row._replace(**known | changes)


def petition(code: str, **changes: Any) -> PetitionRow:
    """An open petition of which little is known."""
    row = PetitionRow._make(
        () if "tuple" in str(kind) else None if "None" in str(kind) else 0
        for kind in PetitionRow.__annotations__.values()
    )
    known: dict[str, Any] = {
        "petition_code": code,
        "dossier_code": "",
        "unit_code": "H09.1",
        "petition_class": "rule",
        "epoch": 1,
        "version": 1,
    }
    return row._replace(**known | changes)


def alert(unit: str, seq: int, change: Any, **changes: Any) -> AlertRow:
    """A change of the one alert of a unit."""
    fields = {
        "alert_id": blake2b(unit.encode(), digest_size=16).hexdigest(),
        "seq": seq,
        "kind": "dossier_late",
        "severity": "serious",
        "change": change,
        "unit_code": unit,
        "told_units": (unit,),
        "level": 0,
        "dossier_code": f"{unit}-240301-0001",
        "due_at": START,
        "raised_at": START,
        "changed_at": START + seq,
        "ring_at": START + seq,
        "as_of": START + seq,
        "figures": {"minutes_late": 12},
        **changes,
    }
    return alert_row(Alert(**fields))
