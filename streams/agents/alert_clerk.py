"""Writes the topic of alerts into ClickHouse: a consumer group of its own, so an outage there delays nothing else.

The offset of a record is committed after its row is in. A row that is written twice is the same row.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from schemas.alert_wire import decode_alert
from schemas.errors import BadEvent
from streams.log import get_logger
from streams.sinks.alert_rows import alert_row
from streams.sinks.port import AlertSink, SinkUnavailableError
from streams.sinks.rows import AlertRow

log = get_logger(__name__)

POLL_MS: Final = 500
MOST: Final = 20_000
"""Records written at once."""
FIRST_RETRY_SECONDS: Final = 0.5
LAST_RETRY_SECONDS: Final = 10.0


class AlertClerk:
    """Follows the alerts with the group `<group>-alerts`; its sink is called from one thread of its own."""

    def __init__(self, bootstrap: str, topic: str, group: str, sink: AlertSink) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._group = f"{group}-alerts"
        self._sink = sink
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="alert-clerk")

    async def work(self) -> None:
        """Write what comes, until cancelled; what is not committed then is written again by the next.

        Raises SinkRejectedError when rows can never be written, `aiokafka.errors.KafkaError` without a broker.
        """
        consumer = AIOKafkaConsumer(
            self._topic,
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        try:
            await consumer.start()
            while True:
                polled = await consumer.getmany(timeout_ms=POLL_MS, max_records=MOST)
                records = [record for some in polled.values() for record in some]
                if records:
                    await self._write(records)
                    await _commit(consumer)
        finally:
            await consumer.stop()
            await self._in_thread(self._sink.close)
            self._thread.shutdown()

    async def _write(self, records: Sequence[ConsumerRecord]) -> None:
        pause = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._in_thread(lambda: self._sink.write_alerts(_rows(records)))
            except SinkUnavailableError as away:
                log.warning("ClickHouse is away, alerts wait", reason=str(away), rows=len(records))
                await asyncio.sleep(pause)
                pause = min(LAST_RETRY_SECONDS, 2 * pause)
            else:
                return

    async def _in_thread(self, call: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, call)


async def _commit(consumer: AIOKafkaConsumer) -> None:
    try:
        await consumer.commit()
    except KafkaError as problem:
        log.warning("alerts written and not committed: they are written again", reason=type(problem).__name__)


def _rows(records: Sequence[ConsumerRecord]) -> list[AlertRow]:
    rows = []
    for record in records:
        try:
            rows.append(alert_row(decode_alert(record.value or b"")))
        except BadEvent:
            log.warning("no alert on the topic of alerts", partition=record.partition, offset=record.offset)
    return rows
