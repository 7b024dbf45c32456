"""What ClickHouse must say of Bình Dương, item by item of the scenario's specification.

Totals of the nine districts are those of `expected.csv`; ranks are their competition ranks, grades follow.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from streams.core.ranking import rank
from streams.scenarios.base import (
    GRADE,
    RANK,
    TOTAL,
    Between,
    Exactly,
    Expectation,
    Figure,
    Wanted,
    group_score,
    indicator_field,
)
from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.plan import SILENT_COMMUNE
from streams.scenarios.binh_duong.steps import QUARTER, YEAR

THUAN_AN, DI_AN, TAN_UYEN, DAU_TIENG, PHU_GIAO = "BD.02", "BD.03", "BD.04", "BD.08", "BD.09"
EXCELLENT, GOOD, FAIR = "excellent", "good", "fair"
LEARNING = {"MDSH": ("0", "14.00", "16.00", "22"), "MDHL": ("0", "15.50", "17.40", "18.01")}
"""Dầu Tiếng's groups at the ends of January, February and March lie in the gaps between these bounds."""
DOSSIER_RATIOS = ("DOSSIER_SYNC", "ORIGINAL_RESULT_AVAILABLE", "SO_HOA_GIAY_TO_GIAI_QUYET")
PETITION_RATIOS = ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION")


def expectations() -> Sequence[Expectation]:
    """Every expectation, in the order of the story."""
    return (
        *_ranking("end-of-2023"),
        *_thuan_an_at_the_end_of_2023(),
        *_months(),
        *_ranking("published"),
        *_rules_for_nothing_to_measure(),
        *_ranking("recomputed"),
        *_ranking("published", read_at="published-kept"),
    )


def _ranking(checkpoint: str, read_at: str = "") -> Iterator[Expectation]:
    """Totals, groups, grades and ranks of the nine districts."""
    rows = [row for row in catalogue.expected() if row.checkpoint == checkpoint]
    ranks = rank({row.unit: int(row.total * 100) for row in rows})
    for row in rows:
        place = (read_at or checkpoint, row.period, row.unit)
        yield _must(*place, TOTAL, Exactly(row.total))
        yield _must(*place, RANK, Exactly(ranks[row.unit]))
        yield _must(*place, GRADE, Exactly(grade(row.total)))
        for group, score in row.groups.items():
            yield _must(*place, group_score(group), Exactly(score))


def _thuan_an_at_the_end_of_2023() -> Iterator[Expectation]:
    place = ("end-of-2023", YEAR)
    yield _must(*place, THUAN_AN, RANK, Exactly(9))
    yield _must(*place, THUAN_AN, GRADE, Exactly(FAIR))
    yield _must(*place, TAN_UYEN, RANK, Between(6, 8, inclusive=True))
    yield _must(*place, DI_AN, RANK, Between(1, 3, inclusive=True))


def _months() -> Iterator[Expectation]:
    """Dầu Tiếng learns month by month; nothing is late in Dĩ An in March."""
    for group, bounds in LEARNING.items():
        for month, low, high in zip(catalogue.QUARTER_MONTHS, bounds, bounds[1:], strict=False):
            wanted = Between(Decimal(low), Decimal(high))
            yield _must(f"end-of-{month}", month, DAU_TIENG, group_score(group), wanted)
    march = ("end-of-2024-03", "2024-03", DI_AN)
    yield _must(*march, group_score("TDGQ"), Exactly(Decimal("20.00")))


def _rules_for_nothing_to_measure() -> Iterator[Expectation]:
    """No petitions earn full points; a commune without dossiers has no ratio and no score."""
    for indicator in PETITION_RATIOS:
        district = ("published", QUARTER, PHU_GIAO)
        yield _must(*district, indicator_field(indicator, "denominator"), Exactly(0))
        yield _must(*district, indicator_field(indicator, "score"), Exactly(Decimal(6)))
    for indicator in DOSSIER_RATIOS:
        commune = ("published", QUARTER, SILENT_COMMUNE)
        yield _must(*commune, indicator_field(indicator, "ratio"), Exactly(None))
        yield _must(*commune, indicator_field(indicator, "score"), Exactly(None))


def grade(total: Decimal) -> str:
    """Grade of a total in the bounds of these districts."""
    return EXCELLENT if total >= 90 else GOOD if total >= 80 else FAIR


def _must(checkpoint: str, period: str, unit: str, what: str, wanted: Wanted) -> Expectation:
    return Expectation(Figure(checkpoint, period, unit, what), wanted)
