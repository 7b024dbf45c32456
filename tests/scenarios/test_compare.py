"""The final comparison of a scenario sees every difference and nothing else."""

from decimal import Decimal

from streams.scenarios.base import (
    Between,
    Exactly,
    Expectation,
    Figure,
    compare,
    indicator_readings,
    ranking_readings,
)

AT = ("end", "2024-Q1", "A")
READINGS = ranking_readings(AT, Decimal("90.90"), 1, "excellent", {"MDSH": None}) | indicator_readings(
    AT, "RESOLVED_ON_TIME", {"numerator": 0, "denominator": 7}
)


def differences(what, wanted):
    return compare([Expectation(Figure(*AT, what), wanted)], READINGS)


def test_an_equal_number_meets_its_expectation_however_it_is_written():
    assert differences("total", Exactly(Decimal("90.9"))) == []


def test_a_cent_is_a_difference():
    assert [str(d) for d in differences("total", Exactly(Decimal("90.91")))] == [
        "end 2024-Q1 A total: expected 90.91, found 90.90"
    ]


def test_null_and_zero_differ_both_ways():
    assert len(differences("group MDSH", Exactly(0))) == 1
    assert len(differences("RESOLVED_ON_TIME numerator", Exactly(None))) == 1
    assert differences("group MDSH", Exactly(None)) == []


def test_a_figure_that_was_not_read_is_a_difference():
    assert [d.found for d in differences("group TDGQ", Exactly(Decimal(1)))] == ["nothing"]


def test_between_excludes_its_bounds_unless_told():
    assert differences("total", Between(90, 91)) == []
    assert len(differences("total", Between(Decimal("90.90"), 91))) == 1
    assert differences("rank", Between(1, 3, inclusive=True)) == []
    assert len(differences("grade", Between(1, 3))) == 1
