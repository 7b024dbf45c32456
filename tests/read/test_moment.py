"""Moments that people name."""

from datetime import UTC, datetime

import pytest

from streams.errors import UserError
from streams.read.moment import literal, parse_as_of, shown


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2024-04-04", datetime(2024, 4, 4, 16, 59, 59, 999_000, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 16, 59, 59, 999_000, tzinfo=UTC)),
        ("2024-04-04T17:00", datetime(2024, 4, 4, 10, 0, tzinfo=UTC)),
        ("2024-04-04 17:00:05", datetime(2024, 4, 4, 10, 0, 5, tzinfo=UTC)),
        ("2024-04-04T17:00:00Z", datetime(2024, 4, 4, 17, 0, tzinfo=UTC)),
        ("2024-04-04T17:00:00+09:00", datetime(2024, 4, 4, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_day_means_its_last_millisecond_in_vietnam_and_a_time_without_zone_is_local(
    said: str, meant: datetime
):
    assert parse_as_of(said) == meant


@pytest.mark.parametrize(
    "said", ["", "yesterday", "04/04/2024", "2024-13-01", "2024-02-30", "2024-Q1", "2024"]
)
def test_what_is_no_moment_is_refused_with_an_example(said: str):
    with pytest.raises(UserError, match="2024-04-04T17:00"):
        parse_as_of(said)


def test_a_moment_goes_to_clickhouse_in_utc_with_milliseconds_and_to_people_in_local_time():
    moment = parse_as_of("2024-04-04")
    assert literal(moment) == "2024-04-04 16:59:59.999"
    assert shown(moment) == "04/04/2024 23:59:59"
