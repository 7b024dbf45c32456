"""Periods: whole local days of Asia/Ho_Chi_Minh, half-open bounds, keys that read and sort."""

from datetime import UTC, datetime

import pytest

from streams.core.periods import (
    LOCAL,
    calendar_periods,
    moment,
    open_periods,
    parse_period,
    previous_period,
    rolling_periods,
)


def local(*parts: int) -> int:
    return moment(datetime(*parts, tzinfo=LOCAL))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("key", "first", "after"),
    [
        ("2024-02", (2024, 2, 1), (2024, 3, 1)),
        ("2024-12", (2024, 12, 1), (2025, 1, 1)),
        ("2024-Q1", (2024, 1, 1), (2024, 4, 1)),
        ("2024-Q4", (2024, 10, 1), (2025, 1, 1)),
        ("2024", (2024, 1, 1), (2025, 1, 1)),
        ("R7@2024-03-03", (2024, 2, 26), (2024, 3, 4)),
        ("R30@2024-01-15", (2023, 12, 17), (2024, 1, 16)),
    ],
)
def test_a_key_names_whole_local_days(
    key: str, first: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    period = parse_period(key)
    assert (period.start, period.end) == (local(*first), local(*after))


@pytest.mark.parametrize("key", ["2024-13", "2024-Q5", "24", "R9@2024-01-01", "R7@2024-02-30", "2024-1", ""])
def test_a_key_that_is_no_period_is_refused_with_examples(key: str) -> None:
    with pytest.raises(ValueError, match="use 2024-03"):
        parse_period(key)


def test_midnight_in_viet_nam_is_the_border_not_midnight_utc() -> None:
    last_moment = moment(datetime(2024, 3, 31, 16, 59, 59, 999_000, tzinfo=UTC))
    assert [period.key for period in calendar_periods(last_moment)] == ["2024-03", "2024-Q1", "2024"]
    assert [period.key for period in calendar_periods(last_moment + 1)] == ["2024-04", "2024-Q2", "2024"]
    assert [period.key for period in rolling_periods(last_moment + 1)] == ["R7@2024-04-01", "R30@2024-04-01"]


def test_the_cutoff_is_now_while_a_period_runs_and_its_last_moment_after() -> None:
    march = parse_period("2024-03")
    assert march.cutoff(local(2024, 3, 10)) == local(2024, 3, 10)
    assert march.cutoff(local(2024, 4, 4)) == local(2024, 4, 1) - 1


def test_an_ended_period_stays_open_through_its_grace_and_closes_after_it() -> None:
    february_end = parse_period("2024-02").end
    grace_end = february_end + 45 * 86_400_000
    assert "2024-02" in {period.key for period in open_periods(grace_end - 1, 45)}
    assert "2024-02" not in {period.key for period in open_periods(grace_end, 45)}


def test_open_periods_never_include_one_that_has_not_begun() -> None:
    now = local(2024, 4, 4, 12)
    assert {period.key for period in open_periods(now, 45)} == {
        "2024-02",
        "2024-03",
        "2024-04",
        "2024-Q1",
        "2024-Q2",
        "2024",
    }


@pytest.mark.parametrize(
    ("key", "before"),
    [("2024-01", "2023-12"), ("2024-Q1", "2023-Q4"), ("2024", "2023"), ("R7@2024-03-01", "R7@2024-02-29")],
)
def test_the_previous_period_is_of_the_same_kind(key: str, before: str) -> None:
    assert previous_period(parse_period(key)).key == before
