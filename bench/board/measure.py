"""The measurement: viewers follow, requests come at a steady rate, and the ranking changes again and again."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import aiohttp

from bench.board.asking import Took, addresses, steadily
from bench.board.filling import FORMULA, LEVEL, Country, period_at
from bench.board.plan import Plan
from bench.board.viewers import Viewer, delays
from bench.figures import Figure
from streams.sinks.clickhouse import ClickHouseSink

REQUEST_MS: Final = 100.0
UPDATE_MS: Final = 1000.0
WARM_SECONDS: Final = 2.0
"""Requests before the first change, so that caches and connections are as they are in service."""


class Change(NamedTuple):
    """A change: the moment that its rows are of, when writing began and when ClickHouse had them."""

    moment: datetime
    begun: float
    written: float


async def measured(plan: Plan, url: str, country: Country, sink: ClickHouseSink) -> tuple[Figure, ...]:
    """Return the figures; raises TimeoutError when it takes too long, RuntimeError when an answer is not 200."""
    period = period_at(datetime.now(UTC))
    ranking = f"formula={FORMULA}&level={LEVEL}&period={period.key}"
    connector = aiohttp.TCPConnector(limit=0)
    async with asyncio.timeout(plan.seconds), aiohttp.ClientSession(url, connector=connector) as session:
        viewers = [Viewer(session, (FORMULA, LEVEL, period.key), f"/?{ranking}") for _ in range(plan.viewers)]
        following = [asyncio.create_task(viewer.follow()) for viewer in viewers]
        for viewer in viewers:
            await viewer.connected.wait()
        asking = asyncio.create_task(steadily(session, addresses(ranking, plan.communes), plan.rate))
        await asyncio.sleep(WARM_SECONDS)
        changes = [await _change(country, sink, plan.pause) for _ in range(plan.changes)]
        asking.cancel()
        steady = await asking
        for viewer in viewers:
            await viewer.done()
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    return _figures(plan, steady, viewers, changes)


async def _change(country: Country, sink: ClickHouseSink, pause: float) -> Change:
    at = datetime.now(UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    rows = country.move(at)
    begun = time.perf_counter()
    await asyncio.to_thread(sink.write_scores, rows)
    change = Change(at, begun, time.perf_counter())
    await asyncio.sleep(pause)
    return change


def _figures(
    plan: Plan, steady: Sequence[Took], viewers: Sequence[Viewer], changes: Sequence[Change]
) -> tuple[Figure, ...]:
    fetched = [took for viewer in viewers for took in viewer.took]
    wrong = [took.status for took in (*steady, *fetched) if took.status != 200]
    if wrong:
        raise RuntimeError(f"{len(wrong)} answers were not 200, the first: {wrong[0]}")
    found = [delays(viewer, change.moment, change.written) for change in changes for viewer in viewers]
    events = [event for event, _ in found if event is not None]
    shown = [whole for _, whole in found if whole is not None]
    missing = len(found) - len(shown)
    return (
        *_spread("ranking request, at the server", [took.server for took in steady], REQUEST_MS),
        *_spread(
            "the same, asked by all viewers at once after a change",
            [took.server for took in fetched],
            REQUEST_MS,
        ),
        *_spread("ranking request, whole at the client", [took.client for took in steady], None),
        *_spread("the same, asked by all viewers at once", [took.client for took in fetched], None),
        *_spread("snapshot written → event at the viewer", events, UPDATE_MS),
        *_spread("snapshot written → new ranking whole at the viewer", shown, UPDATE_MS),
        Figure("updates that did not arrive", missing, "", 0, least=False, note=f"of {len(found):,}"),
        Figure(
            "writing a snapshot",
            percentile([(change.written - change.begun) * 1000 for change in changes], 50),
            "ms",
            note=f"{plan.moved:,} scores, median",
        ),
    )


def _spread(name: str, values: Sequence[float], target: float | None) -> list[Figure]:
    """Return p50, p95 and the largest; the target holds for p95."""
    said: list[tuple[str, Callable[[Sequence[float]], float], float | None]] = [
        ("p50", lambda all_of: percentile(all_of, 50), None),
        ("p95", lambda all_of: percentile(all_of, 95), target),
        ("max", max, None),
    ]
    return [
        Figure(f"{name}: {word}", of(values), "ms", goal, least=False, note=f"{len(values):,} values")
        for word, of, goal in said
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of the values do not exceed; there must be one."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
