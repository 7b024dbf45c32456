"""Where the time goes: what each stage of the whole path costs by itself, with its real parts, in this process."""

import asyncio
import time
from collections.abc import Iterator
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.core import PARTITIONS, SNAPSHOT_SECONDS, Core, batches_of
from bench.figures import Figure, Section
from bench.filling import fill
from bench.installation import Installation, installation
from bench.load import Record, events, reference_records
from bench.stage import Stage
from schemas import fast
from schemas.partial import encode_partial, partial_key
from streams.agents.collector import spare_collections
from streams.agents.engine.producer import RecordProducer, partition_of
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.fact_rows import FactRows
from streams.sinks.rows import DossierRow
from streams.sinks.waiting import StoredState

FLUSH_EVERY: Final = 50_000
"""Events between two publications of the tallies, about a second's work."""
STATES_PER_INSERT: Final = 20_000


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    load = list(events(stage.plan.core_events, until=stage.until))
    with installation(stage.servers, "stages", partitions=str(PARTITIONS)) as place:
        fill(place.settings.kafka, place.topic, PARTITIONS, load)
        spent = asyncio.run(_Stages(place, load, moment(stage.until)).run())
    whole, largest = sum(spent.values()), max(spent, key=lambda name: spent[name])
    yield Section(
        "Where the time goes",
        f"{len(load):,} events, processor time of this process.",
        tuple(
            Figure(name, seconds / len(load) * 1e6, "µs per event", note=f"{seconds / whole:.0%}")
            for name, seconds in spent.items()
        ),
        "Broker and ClickHouse work beside it. One interpreter does all of it: the sum is the least time of an event. "
        "At low load batches are small, and sends and inserts cost more per event. "
        f"The sum is {whole / len(load) * 1e6:.1f} µs; the next limit is *{largest}*.",
    )


class _Stages:
    def __init__(self, place: Installation, load: list[Record], as_of: int) -> None:
        self._place, self._load, self._as_of = place, load, as_of
        self._spent: dict[str, float] = {}
        self._begun = 0.0

    async def run(self) -> dict[str, float]:
        """Return the seconds that each stage took."""
        spare_collections()
        await self._read()
        core = Core(self._as_of)
        batches = batches_of(self._load)
        producer = RecordProducer(self._place.settings.kafka)
        await producer.start()
        changed: dict[tuple[int, str], bytes] = {}
        done = 0
        for number, records in batches:
            self._start()
            said = [(offset, fast.decode(value)) for offset, value in records]
            self._end("decode")
            states = core.partitions[number].merge(said)
            core.stores[number].update(states)
            self._end("merge by dossier, encode")
            outbox = producer.outbox()
            await outbox.send_states(self._place.changelog, number, states)
            await outbox.settle()
            self._end("changelog: record batches, awaited")
            changed.update({(number, key): state for key, state in states.items()})
            done += len(records)
            if done >= FLUSH_EVERY:
                done = 0
                await self._publish(core, producer)
        await self._publish(core, producer)
        await producer.stop()
        self._write(changed)
        return self._spent

    async def _read(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._place.settings.kafka, auto_offset_reset="earliest"
        )
        await consumer.start()
        consumer.assign([TopicPartition(self._place.topic, number) for number in range(PARTITIONS)])
        self._start()
        left = len(self._load)
        while left > 0:
            left -= sum(map(len, (await consumer.getmany(timeout_ms=1000, max_records=5000)).values()))
        self._end("consumer: fetch and parse batches")
        await consumer.stop()

    async def _publish(self, core: Core, producer: RecordProducer) -> None:
        self._as_of += int(SNAPSHOT_SECONDS * 1000)
        self._start()
        outbox = producer.outbox()
        for partition in core.partitions:
            partition.advance(self._as_of)
            for partial in partition.flush():
                where = partition_of(partial.unit.encode(), self._place.settings.partials_partitions)
                await outbox.send(self._partials, where, partial_key(partial), encode_partial(partial))
        await outbox.settle()
        self._end("evaluate dossiers, move and publish tallies")

    @property
    def _partials(self) -> str:
        return f"{self._place.settings.topic_prefix}.partials.v1"

    def _write(self, changed: dict[tuple[int, str], bytes]) -> None:
        reference = Reference(reference_records())
        builder = FactRows(1, lambda: reference)
        sink = ClickHouseSink(connect(self._place.settings, "writer"))
        stored = [StoredState(number, key, state) for (number, key), state in changed.items()]
        for first in range(0, len(stored), STATES_PER_INSERT):
            self._start()
            rows = [builder.row(each) for each in stored[first : first + STATES_PER_INSERT]]
            self._end("ClickHouse: make dossier rows")
            sink.write_dossiers([row for row in rows if isinstance(row, DossierRow)])
            self._end("ClickHouse: send dossier rows")
        sink.close()

    def _start(self) -> None:
        self._begun = time.process_time()

    def _end(self, name: str) -> None:
        now = time.process_time()
        self._spent[name] = self._spent.get(name, 0.0) + now - self._begun
        self._begun = now
