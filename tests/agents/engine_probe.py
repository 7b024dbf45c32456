"""A worker with nothing but the engine: it notes what it was given, and tests wait on what it notes."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.agents.engine.app import EngineApp, engine_app
from streams.agents.engine.producer import RecordProducer
from streams.agents.stores.port import Stores

PATIENCE = 20.0

QUIET_POLLS = 8
"""Polls, of up to a second, after which a recovery that has everything there is and has not ended never will."""


class Ground:
    """A source topic and a changelog that no other test knows, on a real broker."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        self.bootstrap = bootstrap
        self.partitions = partitions
        self.group = f"g{secrets.token_hex(4)}"
        self.topic = f"{self.group}-events"
        self.changelog = f"{self.group}-states-changelog"

    async def create(self) -> None:
        async with self._admin() as admin:
            compacted = {"cleanup.policy": "compact"}
            await admin.create_topics(
                [
                    NewTopic(self.topic, self.partitions, 1),
                    NewTopic(self.changelog, self.partitions, 1, topic_configs=compacted),
                ]
            )

    async def remove(self) -> None:
        """Delete both topics and wait until their names are free."""
        async with self._admin() as admin:
            await admin.delete_topics([self.topic, self.changelog])
            while {self.topic, self.changelog} & set(await admin.list_topics()):
                """The broker deletes in its own time."""

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def fill(self, counts: Iterable[int], size: int = 10) -> None:
        """Append so many records to each partition, the first count to partition 0."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=5)
        await producer.start()
        for partition, count in enumerate(counts):
            sent = [
                await producer.send(self.topic, b"x" * size, key=b"k", partition=partition)
                for _ in range(count)
            ]
            await asyncio.gather(*sent)
        await producer.stop()

    async def committed(self) -> list[int | None]:
        """Return the committed offset of each source partition, None where there is none."""
        async with self._admin() as admin:
            found = await admin.list_consumer_group_offsets(self.group)
        offsets = [found.get(TopicPartition(self.topic, number)) for number in range(self.partitions)]
        return [offset.offset if offset else None for offset in offsets]

    async def length(self, topic: str, partition: int = 0) -> int:
        """Return the offset after the last record of a partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        where = TopicPartition(topic, partition)
        ends = await consumer.end_offsets([where])
        await consumer.stop()
        return int(ends[where])


class _NotingMonitor(faust.Monitor):
    """Tells the probe of every commit and of every full queue."""

    note: Callable[[], None]

    def on_tp_commit(self, tp_offsets: Any) -> None:
        super().on_tp_commit(tp_offsets)
        self.note()

    def on_topic_buffer_full(self, tp: Any) -> None:
        super().on_topic_buffer_full(tp)
        self.note()


Handle = Callable[["Probe", int, list[Any]], Awaitable[None]]


async def take_at_once(probe: "Probe", partition: int, records: list[Any]) -> None:
    """Do nothing with a batch."""


def newest(key: str, copies: Sequence[bytes]) -> bytes:
    """Join nothing: the last record counts."""
    return copies[-1]


class Probe:
    """One worker; `given` are the records its agent was given, in order, as (partition, offset)."""

    def __init__(
        self,
        ground: Ground,
        datadir: Any,
        handle: Handle = take_at_once,
        *,
        batch_max: int = 100,
        patience: float = 5.0,
        partitions: int | None = None,
        table: bool = True,
        stores: Stores | None = None,
    ) -> None:
        self.ground = ground
        self.given: list[tuple[int, int]] = []
        self.batches: list[int] = []
        self.done: dict[int, int] = {}
        self.failure: Exception | None = None
        self.deepest = 0
        self.unready = 0
        self.rebalanced = 0
        self._handle = handle
        self._noted = asyncio.Condition()
        self._waking: list[asyncio.Future[None]] = []
        self.app: EngineApp = engine_app(
            ground.group, ground.bootstrap, batch_max=batch_max, datadir=str(datadir), patience=patience
        )
        self.app.conf.broker_session_timeout = 3.0
        self.app.conf.broker_heartbeat_interval = 0.5
        self.app.monitor = _NotingMonitor()
        self.app.monitor.note = self.note
        number = partitions or ground.partitions
        source = self.app.batch_topic(ground.topic, number)
        self.table = self.app.dossier_table("states", number, newest) if table else None
        if self.table is not None and stores is not None:
            self.table.use(stores)
        self.producer = RecordProducer(ground.bootstrap)
        self.app.agent(source, name="probe")(self._body)
        self.app.on_partitions_assigned.connect(self._assigned, weak=False)

    async def _assigned(self, *_: Any, **__: Any) -> None:
        self.rebalanced += 1
        self.note()

    async def start(self) -> None:
        """Start; raises AssertionError if the recovery at the start never ends."""
        await self.producer.start()
        starting = asyncio.ensure_future(self.app.start())
        quiet, polled = 0, 0.0
        try:
            while not starting.done():
                await asyncio.wait({starting}, timeout=0.2)
                if not self._fetched_all():
                    quiet = 0
                elif polled != self.app.batches.polled_at:
                    quiet, polled = quiet + 1, self.app.batches.polled_at
                lacks = self.app.recovery_remaining
                assert quiet < QUIET_POLLS, f"all was fetched, but recovery does not end: it lacks {lacks}"
            await starting
        finally:
            starting.cancel()

    def _fetched_all(self) -> bool:
        """Tell whether a recovery is under way and the whole changelog was fetched for it."""
        tables: Any = self.app.tables
        with contextlib.suppress(
            AttributeError
        ):  # partitions that are just being taken away have no position
            return self.app.recovered is not None and all(
                self.app.batches._thread.position_now(tp) > end
                for tp, end in tables.recovery.active_highwaters.items()
            )
        return False

    async def stop(self) -> None:
        await self.app.stop()
        await self.producer.stop()

    async def _body(self, stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            if self.failure is not None or message.generation_id != self.app.consumer_generation_id:
                continue
            self.deepest = max(self.deepest, stream.channel.queue.qsize())
            self.unready += self.app.rebalancing or not self.app.tables.actives_ready
            records = message.value
            self.given += [(message.partition, record.offset) for record in records]
            self.batches.append(len(records))
            self.note()
            try:
                with self.app.batches.working() as work:
                    await self._handle(self, message.partition, records)
                    self.done[message.partition] = records[-1].offset + 1
                    work.done(message.tp, records[-1].offset + 1)
            except ValueError as problem:
                self.failure = problem
            self.note()

    def note(self) -> None:
        """Wake who waits in `until`."""
        self._waking.append(asyncio.ensure_future(self._wake()))

    async def _wake(self) -> None:
        async with self._noted:
            self._noted.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as something noted makes the condition true."""
        async with self._noted:
            await asyncio.wait_for(self._noted.wait_for(condition), PATIENCE)

    def committed(self) -> dict[int, int]:
        """Return what this worker's commits reached, by partition."""
        return {tp.partition: offset for tp, offset in self.app.monitor.tp_committed_offsets.items()}

    def owned(self) -> set[int]:
        """Return the source partitions this worker has now."""
        return {tp.partition for tp in self.app.consumer.assignment() if tp.topic == self.ground.topic}


@contextlib.asynccontextmanager
async def running(*probes: Probe) -> AsyncIterator[None]:
    """Start the workers one after the other and stop those that still run at the end."""
    try:
        for probe in probes:
            await probe.start()
        yield
    finally:
        for probe in probes:
            await probe.stop()
