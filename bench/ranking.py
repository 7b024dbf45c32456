"""Reading: the ranking of all communes of the country, and a unit's indicators through a year of snapshots."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from clickhouse_driver import Client

from bench.figures import Figure, Section
from bench.installation import settings_of
from bench.plan import UNITS_RANKED
from bench.stage import Stage
from streams.core.periods import LOCAL, Period, calendar_periods, moment, previous_period, rolling_periods
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

ROWS: Final = Path(__file__).with_name("ranking.sql")
TIMES: Final = 15
TARGET_MS: Final = 100
RANKING: Final = "SELECT * FROM ranking WHERE level = 'commune' AND period = '{}'"
HISTORY: Final = "SELECT * FROM bi_fact_indicator_day WHERE unit_code = 'C1234' AND period = '{}'"


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    days = stage.plan.days
    with settings_of(stage.servers, "bench_ranking") as settings:
        Migrations(settings).up()
        writer, reader = connect(settings, "migrator"), connect(settings, "reader")
        scores, history = _fill(writer, stage)
        stage.say(f"ranking: {scores:,} scores, {history:,} days of indicators are in")
        (month, _, year), (week, _) = (
            calendar_periods(moment(stage.until)),
            rolling_periods(moment(stage.until)),
        )
        questions = {
            "the ranking of this month": RANKING.format(month.key),
            "the ranking of this year": RANKING.format(year.key),
            "the ranking of the last seven days": RANKING.format(week.key),
            f"a unit's indicators on each of {days} days": HISTORY.format(year.key),
        }
        figures = [
            Figure(name, _milliseconds(reader, question), "ms", TARGET_MS, least=False, note=f"{rows:,} rows")
            for name, question in questions.items()
            if (rows := len(reader.execute(question))) >= 0
        ]
        reader.disconnect()
        writer.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
        writer.disconnect()
    yield Section(
        "Reading the ranking",
        f"{UNITS_RANKED:,} communes, {days} days of snapshots: {scores:,} scores of all periods, {history:,} rows of "
        f"indicators by day. Medians of {TIMES}, whole rows received by the client.",
        tuple(figures),
        "One ClickHouse process with default settings; the rows are in several parts, as they are while it merges.",
    )


def _milliseconds(client: Client, question: str) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        client.execute(question)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _fill(client: Client, stage: Stage) -> tuple[int, int]:
    """Write the last score of every period of the days, and the indicators of the year's period on each of them."""
    indicators = ROWS.read_text("utf-8").split(";\n")[1]
    periods: set[Period] = set()
    for number in range(stage.plan.days):
        at = moment(stage.until - timedelta(days=number))
        periods |= {*calendar_periods(at), *rolling_periods(at)}
    for period in sorted(periods, key=lambda each: each.start):
        write_scores(client, period, UNITS_RANKED)
    year = calendar_periods(moment(stage.until))[2]
    for number in range(stage.plan.days):
        day = stage.until - timedelta(days=number)
        client.execute(indicators, {**_of(year), "units": UNITS_RANKED, "as_of": day.replace(tzinfo=None)})
    return len(periods) * UNITS_RANKED, stage.plan.days * UNITS_RANKED


def write_scores(client: Client, period: Period, units: int) -> None:
    """Write a score of each of some communes in a period."""
    client.execute(ROWS.read_text("utf-8").split(";\n")[0], {**_of(period), "units": units})


def _of(period: Period) -> dict[str, object]:
    def day(ms: int) -> date:
        return datetime.fromtimestamp(ms / 1000, LOCAL).date()

    return {
        "period": period.key,
        "kind": period.kind,
        "start": day(period.start),
        "end": day(period.end - 1),
        "previous": previous_period(period).key,
    }
