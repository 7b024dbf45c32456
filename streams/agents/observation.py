"""What a worker shows of itself: gauges and vitals, looked at once a second, and what each batch took."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka.structs import ConsumerRecord

from streams.agents import metrics
from streams.agents.engine.app import EngineApp
from streams.agents.vitals import Vitals
from streams.log import get_logger
from streams.ops.lag import LagBook
from streams.ops.visibility import VisibilityBook
from streams.settings import Settings
from streams.sinks.archive_writer import ArchiveWriter
from streams.sinks.writer import SinkWriter

log = get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""Seconds between two looks."""


class Observation:
    """One per worker. Batches and looks belong to the event loop, `scored` to the writer's thread."""

    def __init__(self, settings: Settings, events: str) -> None:
        self.vitals = Vitals(settings.hang_limit, settings.stall_limit, settings.ready_lag)
        self._events = events
        self._is_live = settings.clock == "wall"
        self._lag = LagBook()
        self._visible = VisibilityBook()
        self._lock = threading.Lock()
        self._even_at: dict[object, float] = {}
        self._shown: set[int] = set()

    # ------------------------------------------------------------------ batch

    def batch(self, topic: str, partition: int, records: Sequence[ConsumerRecord], seconds: float) -> None:
        """Note a batch that is done: its size, its time, and a line for who looks closely."""
        metrics.BATCH_SECONDS.labels(topic).observe(seconds)
        metrics.BATCH_RECORDS.labels(topic).observe(len(records))
        if topic == self._events:
            now, first, last = time.time(), records[0].timestamp / 1000, records[-1].timestamp / 1000
            self._lag.note_done(partition, last)
            if self._is_live:
                with self._lock:
                    self._visible.note_done(first, now)
        log.debug(
            "batch done",
            topic=topic,
            partition=partition,
            first_offset=records[0].offset,
            last_offset=records[-1].offset,
            records=len(records),
            seconds=round(seconds, 4),
        )

    def scored(self, as_of: Mapping[int, int]) -> None:
        """Note up to which moments (ms), by partition of units, all scores are in ClickHouse."""
        now = time.time()
        with self._lock:
            for partition, moment in as_of.items():
                for seconds in self._visible.note_stored(partition, moment / 1000, now):
                    metrics.VISIBLE_SECONDS.observe(seconds)

    def given_up(self) -> None:
        """Forget what belongs to partitions that are given up."""
        with self._lock:
            self._visible.forget()

    # ------------------------------------------------------------------- look

    def look(self, app: EngineApp, writer: SinkWriter, archive: ArchiveWriter | None) -> None:
        """Set every gauge as things are now."""
        self.vitals.beat_at = time.monotonic()
        self._look_at_flow(app)
        self._look_at_lag(app)
        status = writer.status()
        metrics.UNSENT_ROWS.labels("scores").set(status.waiting_scores)
        metrics.UNSENT_ROWS.labels("dossiers").set(status.waiting_dossiers)
        metrics.CLICKHOUSE_UP.set(status.available)
        self.vitals.clickhouse = status.available
        if archive is not None:
            metrics.ARCHIVE_LAG.set(archive.lag())

    def _look_at_flow(self, app: EngineApp) -> None:
        """See whether Kafka is asked for records, and how a recovery goes on; no poll is due while the flow is off."""
        consumer = app.connected
        is_due = consumer is not None and consumer.flow_active
        age = time.monotonic() - consumer.polled_at if consumer is not None and is_due else 0.0
        metrics.POLL_AGE_SECONDS.set(age)
        self.vitals.poll_age = age
        self.vitals.recovering = app.recovered is not None
        metrics.RECOVERING.set(self.vitals.recovering)
        metrics.RECOVERY_REMAINING.set(app.recovery_remaining)

    def _look_at_lag(self, app: EngineApp) -> None:
        """See how far behind the partitions are that are ours and recovered."""
        consumer = app.connected if app.tenure else None
        waiting = consumer.waiting(self._events) if consumer is not None else {}
        lags = self._lag.look(time.time(), waiting)
        for gone in self._shown - lags.keys():
            metrics.LAG_RECORDS.remove(str(gone))
            metrics.LAG_SECONDS.remove(str(gone))
        self._shown = set(lags)
        for partition, lag in lags.items():
            metrics.LAG_RECORDS.labels(str(partition)).set(lag.records)
            metrics.LAG_SECONDS.labels(str(partition)).set(lag.seconds)
        self.vitals.lag_seconds = max((lag.seconds for lag in lags.values()), default=0.0)
        held = consumer.held(self._events) if consumer is not None else 0
        self.vitals.partitions = held
        metrics.ASSIGNED_PARTITIONS.set(held)
        done, committed = consumer.progress() if consumer is not None else ({}, {})
        now = time.monotonic()
        self._even_at = {
            place: now if (committed.get(place) or 0) >= position else self._even_at.get(place, now)
            for place, position in done.items()
        }
        metrics.COMMIT_AGE_SECONDS.set(max((now - at for at in self._even_at.values()), default=0.0))


class InsertMeters:
    """Measures the inserts into ClickHouse."""

    def inserted(self, table: str, rows: int, seconds: float) -> None:
        """Hear of rows that are in."""
        metrics.CLICKHOUSE_SECONDS.labels(table).observe(seconds)
        metrics.CLICKHOUSE_ROWS.labels(table).inc(rows)

    def failed(self, table: str) -> None:
        """Hear of an insert that will be tried again."""
        metrics.CLICKHOUSE_FAILURES.labels(table).inc()
