"""From a score card to rows, to the cent."""

from datetime import date

from schemas.counters import ALL_COUNTERS
from schemas.index import load_index
from streams.core.periods import parse_period
from streams.core.scoring import score_unit
from streams.sinks.rows import IndicatorsRow, ScoreRow
from streams.sinks.snapshots import Moment, Unit, snapshot_rows

INDEX = load_index("portal-2026")
UNIT = Unit("H09.724", "Thành phố Dĩ An", "district", "H09")


def rows_of(own: dict[str, int], province: dict[str, int] | None) -> tuple[ScoreRow, IndicatorsRow]:
    card = score_unit(INDEX, "district", own, province)
    return snapshot_rows(card, UNIT, parse_period("2024-Q1"), Moment("portal-2026", 1000, 7, final=True))


def figures(row: IndicatorsRow, code: str) -> tuple[int | None, ...]:
    """Numerator, denominator, ratio, score and maximum of an indicator."""
    place = row.indicators.index(code)
    columns = (row.numerators, row.denominators, row.ratios, row.scores, row.maxima)
    return tuple(column[place] for column in columns)


def test_points_and_ratios_are_exact_in_hundredths():
    counts = dict.fromkeys(ALL_COUNTERS, 0) | {"handled": 89, "result_available": 2, "on_time": 89}
    score, indicators = rows_of(counts, counts)
    assert figures(indicators, "ORIGINAL_RESULT_AVAILABLE") == (2, 89, 2_25, 13, 6_00)
    assert str(score.groups["TDGQ"]) == "20.00"
    assert score.total == sum(score.groups.values())
    assert score.maximum == sum(score.group_maxima.values()) == 100


def test_nothing_to_measure_is_null_and_not_zero():
    counts = dict.fromkeys(ALL_COUNTERS, 0)
    _, indicators = rows_of(counts, counts)
    assert figures(indicators, "PUBLISH_ON_TIME") == (0, 0, None, None, 6_00)
    assert figures(indicators, "RESOLVED_ON_TIME") == (0, 0, 0, 0, 20_00)


def test_a_group_that_could_not_be_read_is_left_out_and_takes_the_total_with_it():
    score, _ = rows_of({}, None)
    assert (score.total, score.grade) == (None, "")
    assert "TDGQ" not in score.groups
    assert "TDGQ" in score.group_maxima


def test_the_row_names_its_period_and_the_one_before():
    score, indicators = rows_of(dict.fromkeys(ALL_COUNTERS, 1), dict.fromkeys(ALL_COUNTERS, 1))
    assert (score.period_kind, score.period_start, score.period_end) == (
        "quarter",
        date(2024, 1, 1),
        date(2024, 3, 31),
    )
    assert score.previous_period == "2023-Q4"
    for row in (score, indicators):
        assert (row.as_of, row.version, row.final, row.level) == (1000, 7, 1, "district")
    assert indicators.key == score.key
    assert indicators.indicators == tuple(one.code for _, one in INDEX.indicators() if one.scored)
