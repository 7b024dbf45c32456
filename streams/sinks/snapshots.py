"""From a score card to the rows of a unit's snapshot. Pure."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from streams.core.periods import Period, date_of, local_day, previous_period
from streams.core.scoring import IndicatorScore, ScoreCard
from streams.sinks.rows import IndicatorRow, ScoreRow


class Unit(NamedTuple):
    """A unit as it was in the period; level is province, department, district or commune."""

    code: str
    name: str
    level: str
    parent: str


class Moment(NamedTuple):
    """Version of the index, as-of time (ms), version of the rows, and whether the period is closed."""

    formula: str
    as_of: int
    version: int
    final: bool


def snapshot_rows(
    card: ScoreCard, unit: Unit, period: Period, at: Moment
) -> tuple[ScoreRow, list[IndicatorRow]]:
    """Return the score row and the indicator rows of one unit and period."""
    score = ScoreRow(
        formula=at.formula,
        period=period.key,
        unit_code=unit.code,
        period_kind=period.kind,
        period_start=date_of(local_day(period.start)),
        period_end=date_of(local_day(period.end - 1)),
        previous_period=previous_period(period).key,
        level=unit.level,
        unit_name=unit.name,
        parent_code=unit.parent,
        total=_read(card.total),
        maximum=_two_places(card.maximum),
        grade=card.grade or "",
        groups={group.code: _two_places(group.score) for group in card.groups if group.score is not None},
        group_maxima={group.code: _two_places(group.maximum) for group in card.groups},
        final=int(at.final),
        as_of=at.as_of,
        version=at.version,
    )
    return score, [_indicator_row(score, indicator) for indicator in card.indicators]


def _indicator_row(of: ScoreRow, indicator: IndicatorScore) -> IndicatorRow:
    return IndicatorRow(
        formula=of.formula,
        period=of.period,
        unit_code=of.unit_code,
        indicator=indicator.code,
        period_start=of.period_start,
        level=of.level,
        group_code=indicator.group,
        numerator=indicator.numerator,
        denominator=indicator.denominator,
        ratio=_read(indicator.ratio),
        score=_read(indicator.score),
        maximum=_two_places(indicator.maximum),
        lost=_two_places(indicator.lost),
        policy=indicator.policy,
        final=of.final,
        as_of=of.as_of,
        version=of.version,
    )


def _read(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else _two_places(hundredths)


@lru_cache(maxsize=16_384)
def _two_places(hundredths: int) -> Decimal:
    """Return hundredths as an exact decimal: 9090 -> 90.90."""
    return Decimal(hundredths).scaleb(-2)
