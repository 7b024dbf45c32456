"""Reading the alert topic into the ledger: each batch is noted with its place before the next one is asked for."""

import time
from collections.abc import Callable
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from schemas.alert_wire import Alert, decode_alert
from schemas.errors import BadEvent
from streams.intake.patience import ATTEMPT_MS, patiently
from streams.intake.topic_admin import partition_counts
from streams.log import get_logger
from streams.notify import metrics
from streams.notify.ledger import Ledger, TopicRecord

POLL_MS: Final = 500
MOST_RECORDS: Final = 2000
COMMIT_SECONDS: Final = 5.0

log = get_logger(__name__)


class AlertReader:
    """Takes all partitions of the topic; its place stands in the ledger.

    The group's committed offsets follow what is settled, not what is read: they are what a new state would begin from,
    and what tools show as lag.

    Raises UserError if Kafka does not answer at the start or the topic is missing.
    """

    def __init__(self, bootstrap: str, topic: str, group: str, ledger: Ledger) -> None:
        self._ledger = ledger
        count = partition_counts([topic], bootstrap)[topic]
        self._consumer: Any = patiently(
            lambda: KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                bootstrap_timeout_ms=ATTEMPT_MS,
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                max_poll_records=MOST_RECORDS,
            ),
            bootstrap,
        )
        self._topic = topic
        self._committed: dict[int, int] = {}
        self._commit_at = 0.0
        self.polled_at = time.monotonic()
        self._consumer.assign([TopicPartition(topic, number) for number in range(count)])
        for partition, following in ledger.positions().items():
            if partition < count:
                self._consumer.seek(TopicPartition(topic, partition), following)

    def step(self, wake: Callable[[], None]) -> None:
        """Read what there is, or wait a little for it; `wake` is called after something new was noted."""
        found = self._consumer.poll(timeout_ms=POLL_MS)
        self.polled_at = time.monotonic()
        records = [_record(record) for part in found.values() for record in part]
        if records:
            for record in self._ledger.take(records):
                _measure(record)
            metrics.RECORDS.inc(len(records))
            wake()
        if self.polled_at >= self._commit_at:
            self._commit()

    def close(self) -> None:
        """Tell the broker what is settled, and leave."""
        self._commit()
        self._consumer.close(autocommit=False)

    def _commit(self) -> None:
        self._commit_at = self.polled_at + COMMIT_SECONDS
        settled = dict(self._ledger.settled_positions())
        changed = {partition: at for partition, at in settled.items() if self._committed.get(partition) != at}
        if not changed:
            return
        try:
            self._consumer.commit(
                {TopicPartition(self._topic, partition): _offset(at) for partition, at in changed.items()}
            )
        except KafkaError as problem:
            log.warning("commit failed, and is tried again", problem=type(problem).__name__)
            return
        self._committed.update(changed)


def _offset(at: int) -> Any:
    return OffsetAndMetadata(at, "", -1)


def _record(record: Any) -> TopicRecord:
    return TopicRecord(record.partition, record.offset, record.value or b"", record.timestamp, _alert(record))


def _alert(record: Any) -> Alert | None:
    try:
        return decode_alert(record.value or b"")
    except BadEvent:
        pass
    metrics.UNREADABLE.inc()
    log.error("no alert, passed over", partition=record.partition, offset=record.offset)
    return None


def _measure(record: TopicRecord) -> None:
    alert = record.alert
    if alert is not None and alert.change == "raised":
        metrics.DWELL_SECONDS.labels(alert.kind).observe(max(0, record.at_ms - alert.raised_at) / 1000)
