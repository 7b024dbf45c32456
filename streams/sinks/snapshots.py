"""From a score card to the rows of a unit's snapshot. Pure."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from streams.core.periods import Period, date_of, local_day, previous_period
from streams.core.scoring import ScoreCard
from streams.sinks.rows import IndicatorsRow, ScoreRow


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


def snapshot_rows(card: ScoreCard, unit: Unit, period: Period, at: Moment) -> tuple[ScoreRow, IndicatorsRow]:
    """Return the score row and the indicators row of one unit and period."""
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
    return score, _indicators_row(score, card)


def _indicators_row(of: ScoreRow, card: ScoreCard) -> IndicatorsRow:
    found = card.indicators
    return IndicatorsRow(
        formula=of.formula,
        period=of.period,
        unit_code=of.unit_code,
        period_start=of.period_start,
        level=of.level,
        indicators=tuple(one.code for one in found),
        group_codes=tuple(one.group for one in found),
        numerators=tuple(one.numerator for one in found),
        denominators=tuple(one.denominator for one in found),
        ratios=tuple(one.ratio for one in found),
        scores=tuple(one.score for one in found),
        maxima=tuple(one.maximum for one in found),
        policies=tuple(one.policy for one in found),
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
