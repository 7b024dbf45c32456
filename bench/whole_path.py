"""The whole path: worker processes with changelog and ClickHouse on, from their start until every row is in."""

import time
from pathlib import Path
from typing import Final, NamedTuple

from bench.installation import Installation
from bench.processes import BROKER, CLICKHOUSE, server, use_of

LEAST: Final = 0.3


class Run(NamedTuple):
    """Events per second until committed, until all scores and until all rows were in; processor seconds per million."""

    events: int
    committed: float
    scored: float
    in_clickhouse: float
    workers: float
    clickhouse: float
    broker: float
    grown: int
    """Bytes by which the workers' resident memory grew."""


def run(place: Installation, workers: int, compiled: Path | None = None) -> Run:
    """Let workers read a filled topic to its end.

    Time begins when all have started. What one of them did before the other came is not counted.
    """
    ends = place.ends()
    others = server(CLICKHOUSE), server(BROKER)
    with place.worker(workers, compiled) as worker, place.commits() as committed:
        begun, before = time.monotonic(), [worker.use(), *map(use_of, others)]
        left = sum(ends.values()) - sum(committed().values())
        if left < LEAST * sum(ends.values()):
            raise RuntimeError("one worker had done most of it before the other came: take more events")
        place.await_committed(ends)
        done, committed_at = time.monotonic() - begun, time.time()
        place.await_scores(int(committed_at * 1000))
        scored = time.monotonic() - begun
        place.await_rows(ends)
        written = time.monotonic() - begun
        used = [
            now.since(then) for now, then in zip([worker.use(), *map(use_of, others)], before, strict=True)
        ]
        each = [use.processor / left * 1e6 for use in used]
        return Run(left, left / done, left / scored, left / written, each[0], each[1], each[2], used[0].rss)
