"""Changes against the previous period."""

from streams.core.delta import Change, Standing, change

MARCH = Standing("portal-2026", "month", 9090, 1)


def test_a_rise_is_positive_in_points_and_places():
    assert change(MARCH, Standing("portal-2026", "month", 7460, 9)) == Change(1630, 8)


def test_a_fall_is_negative():
    assert change(Standing("portal-2026", "month", 7460, 9), MARCH) == Change(-1630, -8)


def test_nothing_before_is_nothing_and_not_zero():
    assert change(MARCH, None) == Change(None, None)
    assert change(MARCH, MARCH) == Change(0, 0)


def test_other_formulas_and_kinds_of_period_are_not_compared():
    assert change(MARCH, MARCH._replace(formula="article-2024")) == Change(None, None)
    assert change(MARCH, MARCH._replace(period_kind="year")) == Change(None, None)


def test_a_unit_without_a_total_has_no_change():
    assert change(MARCH, MARCH._replace(total=None, rank=None)) == Change(None, None)
