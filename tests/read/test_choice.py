"""Which ranking is meant when something is left out."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.core.periods import date_of, local_day, parse_period
from streams.errors import UserError
from streams.read.choice import Available, Choice, choose

APRIL_4 = datetime(2024, 4, 4, 16, 59, 59, tzinfo=UTC)


def there_is(
    *periods: str, formula: str = "portal-2026", as_of: datetime = APRIL_4, **units: int
) -> list[Available]:
    found = []
    for key in periods:
        period = parse_period(key)
        first, last = date_of(local_day(period.start)), date_of(local_day(period.end - 1))
        for level, count in (units or {"district": 9}).items():
            found.append(Available(formula, level, key, period.kind, first, last, count, as_of))
    return found


def chosen(found: list[Available], *, level: str | None = None, period: str | None = None) -> Choice:
    return choose(found, "portal-2026", explicit=False, level=level, period=period)


def test_the_period_that_ended_last_is_meant_the_longest_of_those_that_ended_together():
    found = there_is("2024-04", "2024-Q2", "2024", "2024-03", "2024-Q1", "2024-02", "R7@2024-04-04")
    assert chosen(found).period == "2024-Q1"


def test_after_new_year_the_year_is_meant():
    january = datetime(2024, 1, 5, tzinfo=UTC)
    assert chosen(there_is("2024-01", "2023-12", "2023-Q4", "2023", as_of=january)).period == "2023"


def test_where_no_period_has_ended_the_one_that_began_last_is_meant():
    assert chosen(there_is("2024", "2024-Q2", "2024-04", "R30@2024-04-04")).period == "2024-04"


def test_rolling_windows_are_meant_only_where_there_is_nothing_else():
    assert chosen(there_is("R7@2024-04-03", "R7@2024-04-04")).period == "R7@2024-04-03"


def test_districts_are_meant_while_there_are_any_then_communes():
    assert chosen(there_is("2024-Q1", province=1, commune=91, district=9)).level == "district"
    assert chosen(there_is("2026-08", province=1, commune=148, department=18)).level == "commune"
    assert chosen(there_is("2026-08", province=1)).level == "province"


def test_a_level_that_has_no_scores_is_refused_with_those_that_have():
    with pytest.raises(UserError, match="there are: district, commune"):
        chosen(there_is("2024-Q1", commune=2, district=9), level="department")


def test_a_period_without_scores_is_refused_with_those_that_have():
    with pytest.raises(UserError, match=r"no scores for 2022; there are: 2024-Q1, 2024-03"):
        chosen(there_is("2024-Q1", "2024-03"), period="2022")


def test_what_is_no_period_is_refused_with_examples():
    with pytest.raises(UserError, match="2024-Q1"):
        chosen(there_is("2024-Q1"), period="quarter 1")


def test_the_only_formula_there_is_is_meant_unless_another_was_asked_for():
    found = there_is("2024-Q1", formula="article-2024")
    assert chosen(found).formula == "article-2024"
    with pytest.raises(UserError, match="nothing was scored by portal-2026; there is: article-2024"):
        choose(found, "portal-2026", explicit=True, level=None, period=None)


def test_of_several_other_formulas_none_is_guessed():
    found = there_is("2024-Q1", formula="a") + there_is("2024-Q1", formula="b")
    with pytest.raises(UserError, match="there is: a, b"):
        chosen(found)


def test_without_any_scores_it_is_said_how_to_get_some():
    with pytest.raises(UserError, match="nhip766 demo"):
        chosen([])


def test_a_long_list_of_periods_is_cut():
    found = there_is(
        *(f"2022-{month:02}" for month in range(1, 13)), *(f"2023-{month:02}" for month in range(1, 13))
    )
    with pytest.raises(UserError, match="and 12 more"):
        chosen(found, period="2024-Q1")


def test_a_period_that_ends_at_the_moment_of_the_scores_has_ended():
    end = datetime.fromtimestamp(parse_period("2024-Q1").end / 1000, UTC)
    assert chosen(there_is("2024-Q1", "2024-04", as_of=end)).period == "2024-Q1"
    assert chosen(there_is("2024-Q1", "2023-Q4", as_of=end - timedelta(seconds=1))).period == "2023-Q4"
