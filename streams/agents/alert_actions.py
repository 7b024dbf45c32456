"""Reads the topic of alert actions to its end before any alert is looked at, and keeps listening.

Every worker reads all of it: actions are few, and so one finds the partition of its alert wherever that is.
"""

import asyncio
from bisect import insort

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from schemas.alerts import AlertAction, parse_action
from schemas.errors import BadEvent
from streams.errors import UserError
from streams.log import get_logger

log = get_logger(__name__)

POLL_MS = 500


class ActionFeed:
    """All actions by alert id, each list by time and then id; `actions` is the live mapping."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._seen: set[str] = set()
        self.actions: dict[str, list[AlertAction]] = {}

    async def start(self) -> None:
        """Connect and read everything there is; raises `aiokafka.errors.KafkaError`, UserError without the topic."""
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await self._consumer.start()
            await self._read_all()
        except (KafkaError, UserError):
            await self._consumer.stop()
            raise
        log.info("alert actions read", actions=len(self._seen))

    async def _read_all(self) -> None:
        await self._consumer._client.add_topic(self._topic)  # noqa: SLF001  (aiokafka offers no other way unsubscribed)
        numbers = self._consumer.partitions_for_topic(self._topic)
        if not numbers:
            raise UserError(f"there is no topic {self._topic}; make it with: nhip766 topics create")
        places = [TopicPartition(self._topic, number) for number in sorted(numbers)]
        self._consumer.assign(places)
        ends = await self._consumer.end_offsets(places)
        while any([await self._consumer.position(place) < end for place, end in ends.items()]):
            await self.heard()

    async def stop(self) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def heard(self) -> set[str]:
        """Take what comes within half a second; return the ids of the alerts that somebody acted on."""
        polled: dict[TopicPartition, list[ConsumerRecord]] = await self._consumer.getmany(timeout_ms=POLL_MS)
        found = set()
        for record in (record for records in polled.values() for record in records):
            action = _action_in(record)
            if action is not None and action.action_id not in self._seen:
                self._seen.add(action.action_id)
                insort(
                    self.actions.setdefault(action.alert_id, []),
                    action,
                    key=lambda each: (each.at, each.action_id),
                )
                found.add(action.alert_id)
        await asyncio.sleep(0)
        return found


def _action_in(record: ConsumerRecord) -> AlertAction | None:
    if record.value is None:
        return None
    try:
        return parse_action(record.value)
    except BadEvent as bad:
        log.warning("alert action refused", reason=bad.reason, field=bad.field, offset=record.offset)
        return None
