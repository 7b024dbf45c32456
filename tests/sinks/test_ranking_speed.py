"""The ranking of one period: compared with the right period before it, and read without the other periods."""

import secrets
from decimal import Decimal

import pytest
from clickhouse_driver import Client

from bench.ranking import RANKING, write_scores
from streams.core.periods import parse_period
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from tests.sinks.row_examples import score

PERIODS, UNITS = 60, 1000


@pytest.mark.parametrize(
    ("before", "period"),
    [
        ("2023-12", "2024-01"),
        ("2024-02", "2024-03"),
        ("2023-Q4", "2024-Q1"),
        ("2024-Q2", "2024-Q3"),
        ("2023", "2024"),
        ("R7@2024-02-29", "R7@2024-03-01"),
        ("R30@2023-12-31", "R30@2024-01-01"),
    ],
)
def test_every_kind_of_period_is_compared_with_the_one_before_it(
    tables: Settings, reader: Client, before: str, period: str
):
    formula = f"test-{secrets.token_hex(4)}"
    sink = ClickHouseSink(connect(tables, "writer"))
    sink.write_scores(
        [
            score("H1", "70", formula=formula, period=before),
            score("H1", "80.5", formula=formula, period=period),
        ]
    )
    sink.close()
    question = (
        "SELECT score_delta, previous_rank FROM ranking WHERE formula = %(formula)s AND period = %(period)s"
    )
    assert reader.execute(question, {"formula": formula, "period": period}) == [(Decimal("10.50"), 1)]


def test_the_ranking_of_a_period_does_not_read_the_others(tables: Settings, reader: Client):
    client = connect(tables, "migrator")
    periods = [parse_period(f"R7@2031-{month:02}-{day:02}") for month in (1, 2, 3) for day in range(1, 21)]
    for first in range(0, PERIODS, 10):
        write_scores(client, periods[first : first + 10], UNITS)
    client.disconnect()
    assert len(periods) == PERIODS
    assert len(reader.execute(RANKING.format("R7@2031-02-10"))) == UNITS
    query = reader.last_query
    assert query is not None
    assert query.progress.rows < 2 * PERIODS * UNITS
