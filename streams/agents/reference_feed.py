"""Reads the compacted reference topic to its end before any event is looked at, and keeps listening."""

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from schemas.errors import BadEvent
from schemas.reference import ReferenceRecord, parse_reference
from streams.core.reference import Reference
from streams.log import get_logger
from streams.sinks.rows import ReferenceRow
from streams.sinks.versions import dossier_version

log = get_logger(__name__)

POLL_MS = 500


class ReferenceFeed:
    """The latest record of every entity; `reference()` compiles them. For tasks of one loop, one at a time in turn."""

    def __init__(self, bootstrap: str, topic: str, epoch: int) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._epoch = epoch
        self._news: dict[bytes, ReferenceRow] = {}
        self._records: dict[bytes, ReferenceRecord] = {}
        self._reading = asyncio.Lock()
        self._is_new = False

    async def start(self) -> None:
        """Connect and read everything there is; raises `aiokafka.errors.KafkaError`."""
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await self._consumer.start()
        except KafkaError:
            await self._consumer.stop()
            raise
        numbers = self._consumer.partitions_for_topic(self._topic) or await self._discover()
        places = [TopicPartition(self._topic, number) for number in sorted(numbers)]
        self._consumer.assign(places)
        await self.catch_up()
        log.info("reference data read", entities=len(self._records))

    async def catch_up(self) -> bool:
        """Read all that the topic holds by now; return whether it said what `reference` has not yet compiled."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        while await self._is_behind(ends):
            await self._poll_in_turn()
        return self._is_new

    async def _is_behind(self, ends: Mapping[TopicPartition, int]) -> bool:
        return any([await self._consumer.position(place) < end for place, end in ends.items()])

    async def _discover(self) -> set[int]:
        await self._consumer._client.add_topic(self._topic)  # noqa: SLF001  (aiokafka offers no other way unsubscribed)
        return set(self._consumer.partitions_for_topic(self._topic) or ())

    async def stop(self) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def _poll(self) -> bool:
        """Take what is there; return whether anything changed."""
        polled: dict[TopicPartition, list[ConsumerRecord]] = await self._consumer.getmany(timeout_ms=POLL_MS)
        return self._take(record for records in polled.values() for record in records)

    def _take(self, records: Iterable[ConsumerRecord]) -> bool:
        changed = False
        for record in records:
            if record.key is None:
                continue
            if record.value is None:
                self._note(record.key, "", record.offset, deleted=True)
                changed = self._records.pop(record.key, None) is not None or changed
                continue
            try:
                entity = parse_reference(record.value)
            except BadEvent as bad:
                log.warning(
                    "reference record refused", reason=bad.reason, field=bad.field, offset=record.offset
                )
                continue
            self._note(record.key, record.value.decode(), record.offset, deleted=False)
            if self._records.get(record.key) != entity:
                self._records[record.key] = entity
                changed = True
        self._is_new = self._is_new or changed
        return changed

    def _note(self, key: bytes, text: str, offset: int, *, deleted: bool) -> None:
        kind, _, code = key.decode(errors="replace").partition(":")
        version = dossier_version(self._epoch, offset)
        self._news[key] = ReferenceRow(kind, code, int(deleted), text, self._epoch, offset, version)

    def take_news(self) -> list[ReferenceRow]:
        """Return what was read since the last call, the newest of each entity."""
        news, self._news = self._news, {}
        return list(news.values())

    async def changed(self) -> None:
        """Return when the topic has said something new (all that came together)."""
        while await self._poll_in_turn() or not self._is_new:
            continue

    async def _poll_in_turn(self) -> bool:
        async with self._reading:
            return await self._poll()

    def reference(self) -> Reference:
        """Compile the records known now."""
        self._is_new = False
        return Reference(self._records.values())
