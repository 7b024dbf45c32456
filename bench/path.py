"""The whole path: a filled topic, one worker process with changelog and ClickHouse on, until every row is in."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from bench.installation import Installation, use_of
from bench.load import Record


class Run(NamedTuple):
    """One worker's way through a topic, seconds from its start; `processor` is its own processor time."""

    events: int
    dossiers: int
    read_alone: float
    committed: float
    in_clickhouse: float
    processor: float
    grown: int
    """Bytes by which the worker's resident memory grew."""


def run_worker(place: Installation, records: Iterable[Record]) -> Run:
    """Fill the topic, read it once with a plain consumer, then let a worker do all its work."""
    events = place.fill(records)
    ends = place.ends()
    read_alone = place.read_alone()
    with place.worker() as pid:
        begun, before = time.monotonic(), use_of(pid)
        place.await_committed(ends)
        committed = time.monotonic() - begun
        place.await_rows(ends)
        in_clickhouse = time.monotonic() - begun
        after = use_of(pid)
        return Run(
            events,
            place.dossiers(),
            read_alone,
            committed,
            in_clickhouse,
            after.processor - before.processor,
            after.rss - before.rss,
        )
