"""Reading: the ranking of all communes, and a unit's indicators, with a year of snapshots behind them."""

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from clickhouse_driver import Client

from bench.figures import Figure, Section
from bench.installation import settings_of
from bench.plan import UNITS_RANKED
from bench.stage import Stage
from streams.core.periods import (
    LOCAL,
    Period,
    calendar_periods,
    moment,
    previous_period,
    rolling_periods,
)
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

T = TypeVar("T")
ROWS: Final = Path(__file__).with_name("ranking.sql")
TIMES: Final = 15
TARGET_MS: Final = 100
PIECES: Final = 12
"""Inserts in which the past is written, and again those in which the units of today change once more."""
RANKING: Final = "SELECT * FROM ranking WHERE level = 'commune' AND period = '{}'"
HISTORY: Final = "SELECT * FROM bi_fact_indicator_day WHERE unit_code = 'C1234' AND period = '{}'"


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    days = stage.plan.days
    with settings_of(stage.servers, "bench_ranking") as settings:
        Migrations(settings).up()
        writer, reader = connect(settings, "migrator"), connect(settings, "reader")
        scores, history = _fill(writer, stage.until, days)
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
        figures = tuple(_figure(reader, name, question) for name, question in questions.items())
        reader.disconnect()
        writer.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
        writer.disconnect()
    yield Section(
        "Reading the ranking",
        f"{UNITS_RANKED:,} communes, {days} days of snapshots: {scores:,} scores of all periods, {history:,} rows of "
        f"indicators by day. Medians of {TIMES}, whole rows received by the client.",
        figures,
        "One ClickHouse process with default settings. The past was written in a dozen inserts, and then the units of "
        "today once more in another dozen; what is not merged yet is in parts of its own, as while workers write. "
        "*server*: the same question while nobody receives its rows; the rest is the driver that makes Python objects.",
    )


def _figure(client: Client, name: str, question: str) -> Figure:
    whole, server, rows = [], [], 0
    for _ in range(TIMES):
        begun = time.perf_counter()
        rows = len(client.execute(question))
        whole.append((time.perf_counter() - begun) * 1000)
        server.append(_server_milliseconds(client, question))
    note = f"{rows:,} rows; server {statistics.median(server):.0f} ms"
    return Figure(name, statistics.median(whole), "ms", TARGET_MS, least=False, note=note)


def _server_milliseconds(client: Client, question: str) -> float:
    """Return how long the server works at a question whose rows nobody receives."""
    begun = time.perf_counter()
    client.execute(f"{question} FORMAT Null")
    return (time.perf_counter() - begun) * 1000


def _fill(client: Client, until: datetime, days: int) -> tuple[int, int]:
    """Write the last score of every period of the days, and the indicators of the year's period on each of them.

    Returns how many rows of each are behind the views.
    """
    moments = [until - timedelta(days=number) for number in reversed(range(days))]
    open_now = {*calendar_periods(moment(until)), *rolling_periods(moment(until))}
    every = open_now.union(*({*calendar_periods(moment(at)), *rolling_periods(moment(at))} for at in moments))
    past = sorted(every, key=lambda each: (each.end, each.key))
    year = next(period for period in open_now if period.kind == "year")
    for some in _pieces(past):
        write_scores(client, some, UNITS_RANKED)
    for some_moments in _pieces(moments):
        _write_indicators(client, year, some_moments, UNITS_RANKED)
    share = UNITS_RANKED // PIECES
    for first in range(0, PIECES * share, share):
        write_scores(client, sorted(open_now), share, first=first, version=2)
        _write_indicators(client, year, moments[-1:], share, first=first, version=2)
    return len(past) * UNITS_RANKED, days * UNITS_RANKED


def write_scores(
    client: Client, periods: Sequence[Period], units: int, *, first: int = 0, version: int = 1
) -> None:
    """Write a score of each of some communes in each of some periods."""
    rows = [
        (period.key, period.kind, _day(period.start), _day(period.end - 1), previous_period(period).key)
        for period in periods
    ]
    _insert(client, 0, {"periods": rows, "units": units, "first": first, "version": version})


def _write_indicators(
    client: Client, year: Period, moments: Sequence[datetime], units: int, *, first: int = 0, version: int = 1
) -> None:
    at = [each.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") for each in moments]
    given = {"period": year.key, "start": _day(year.start), "moments": at}
    _insert(client, 1, {**given, "units": units, "first": first, "version": version})


def _pieces(every: Sequence[T]) -> Iterator[Sequence[T]]:
    size = -(-len(every) // PIECES)
    return (every[first : first + size] for first in range(0, len(every), size))


def _insert(client: Client, number: int, given: dict[str, object]) -> None:
    client.execute(ROWS.read_text("utf-8").split(";\n")[number], given)


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, LOCAL).date().isoformat()
