"""End-to-end latency: from an event's send until the indicator of its unit in ClickHouse counts it."""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer

from bench.figures import Figure, Section
from bench.installation import Installation, installation
from bench.load import PROVINCE, UNITS, reception, unit_code
from bench.plan import EVENTS_PER_SECOND
from bench.processes import CLICKHOUSE, server, use_of
from bench.stage import Stage
from streams.core.periods import calendar_periods, moment
from streams.sinks.connection import connect

LOOK_SECONDS = 0.02
PATIENCE = 120.0
COUNTED = """
SELECT unit_code, denominators[indexOf(indicators, 'ONLINE_SUBMITTED')]
FROM indicator_snapshots FINAL
WHERE period = %(period)s AND level = 'commune'
"""


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    with (
        installation(stage.servers, "latency", partitions=str(stage.plan.partitions)) as place,
        place.worker() as worker,
    ):
        interval = place.settings.snapshot_interval
        seen = _Seen(place)
        seen.start()
        before = use_of(server(CLICKHOUSE)), worker.use()
        asyncio.run(_send(place, seen, EVENTS_PER_SECOND * stage.plan.latency_seconds))
        used = use_of(server(CLICKHOUSE)), worker.use()
        waited = sorted(seen.stop())
    busy = [
        now.since(then).processor / stage.plan.latency_seconds for now, then in zip(used, before, strict=True)
    ]
    p50, p99 = statistics.median(waited), waited[int(len(waited) * 0.99)]
    yield Section(
        "From an event to its indicator",
        f"{EVENTS_PER_SECOND} events/s for {stage.plan.latency_seconds} s, one worker, snapshots every {interval:g} s; "
        f"{len(waited):,} receptions in {UNITS} communes.",
        (
            Figure("one of two (p50)", p50, "s", 0.75 * interval, least=False, note=f"{p50 / interval:.2f} intervals"),
            Figure("99 of 100 (p99)", p99, "s", 2 * interval, least=False, note=f"{p99 / interval:.2f} intervals"),
            Figure("the worker's share of a core meanwhile", busy[1], ""),
            Figure("ClickHouse's, with the reader that looks", busy[0], ""),
        ),
        f"From the moment before the send until a reader of ClickHouse sees the unit's denominator of *nộp trực tuyến* "
        f"count the event; the reader looks every {LOOK_SECONDS * 1000:.0f} ms.",
    )  # fmt: skip


class _Seen:
    """Looks at ClickHouse in a thread and notes when each unit's n-th reception is counted."""

    def __init__(self, place: Installation) -> None:
        self._client = connect(place.settings, "reader")
        self._period = calendar_periods(moment(datetime.now(UTC)))[0].key
        self._sent: dict[str, list[float]] = {unit_code(number): [] for number in range(UNITS)}
        self._waited: list[float] = []
        self._counted = dict.fromkeys(self._sent, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def sending(self, unit: str) -> None:
        """Note that a reception of a unit is sent now."""
        self._sent[unit].append(time.monotonic())

    def stop(self) -> list[float]:
        """Wait until all is seen; return the seconds each reception took."""
        self._ended.set()
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            raise RuntimeError(f"not every event was counted within {PATIENCE:.0f} s")
        return self._waited

    def _look(self) -> None:
        while not (
            self._ended.is_set()
            and all(self._counted[unit] == len(sent) for unit, sent in self._sent.items())
        ):
            found: Any = self._client.execute(COUNTED, {"period": self._period})
            now = time.monotonic()
            for unit, count in found:
                self._waited += [now - at for at in self._sent[unit][self._counted[unit] : count]]
                self._counted[unit] = count
            time.sleep(LOOK_SECONDS)  # another process is polled: it has no event to await


async def _send(place: Installation, seen: _Seen, count: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=place.settings.kafka, acks="all")
    await producer.start()
    begun = time.monotonic()
    try:
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / EVENTS_PER_SECOND - time.monotonic()))
            unit = unit_code(number % UNITS)
            event = reception(f"{PROVINCE}.L-{number}", unit, datetime.now(UTC))
            seen.sending(unit)
            key = event["dossier_code"].encode()
            await producer.send(
                place.topic, msgspec.json.encode(event), key=key, partition=place.partition(key)
            )
    finally:
        await producer.stop()
