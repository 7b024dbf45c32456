"""An installation on real local servers, for one measurement: topics filled by record batches, one worker process."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import kafka
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from kafka.errors import KafkaError

from bench.load import Record, reference_records
from schemas.topics import load_topic
from streams.agents.engine.producer import partition_of
from streams.intake.producer import EventProducer
from streams.intake.topic_admin import create_topics
from streams.local.servers import LocalServers
from streams.settings import PREFIX, Settings, load_settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

PATIENCE: Final = 300.0
STOP_SECONDS: Final = 60.0
PAUSE: Final = 0.25
TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
FILL_AT_ONCE: Final = 20_000


class Use(NamedTuple):
    """What a process has used: resident bytes, processor seconds of all its threads."""

    rss: int
    processor: float


def use_of(pid: int) -> Use:
    """Return what a running process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return Use(pages * PAGE_BYTES, (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND)


@contextmanager
def installation(servers: LocalServers, name: str, **more: str) -> Iterator["Installation"]:
    """Topics, tables and reference data of its own under a name; the settings are in the environment meanwhile."""
    own = {"topic_prefix": name, "group": name, "clickhouse_database": name, "metrics_port": "0", **more}
    given = servers.environ() | {PREFIX + field.upper(): value for field, value in own.items()}
    before = dict(os.environ)
    os.environ.update(given)
    try:
        settings = load_settings()
        create_topics(settings, settings.kafka)
        Migrations(settings).up(None)
        with EventProducer(settings, settings.kafka) as producer:
            for record in reference_records():
                producer.send_reference(record)
        yield Installation(settings, servers.folder / f"{name}.log")
    finally:
        os.environ.clear()
        os.environ.update(before)


class Installation:
    """What can be done with it."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.topic = load_topic("dossier-events").full_name(settings)
        self._log = log

    def fill(self, records: Iterable[Record]) -> int:
        """Put records into the event topic as a producer would place them; return how many."""
        return asyncio.run(self._fill(iter(records)))

    async def _fill(self, records: Iterator[Record]) -> int:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.settings.kafka, max_batch_size=256 * 1024, acks="all"
        )
        await producer.start()
        count = 0
        try:
            while some := list(itertools.islice(records, FILL_AT_ONCE)):
                sent = [
                    await producer.send(self.topic, value, key=key, partition=self._partition(key))
                    for key, value in some
                ]
                await asyncio.gather(*sent)
                count += len(some)
        finally:
            await producer.stop()
        return count

    def _partition(self, key: bytes) -> int:
        return partition_of(key, self.settings.partitions)

    def read_alone(self) -> float:
        """Return the seconds in which a plain aiokafka consumer reads the event topic and does nothing."""
        return asyncio.run(self._read_alone())

    async def _read_alone(self) -> float:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka, auto_offset_reset="earliest")
        await consumer.start()
        try:
            places = [TopicPartition(self.topic, number) for number in range(self.settings.partitions)]
            consumer.assign(places)
            left = sum((await consumer.end_offsets(places)).values())
            begun = time.perf_counter()
            while left > 0:
                polled = await consumer.getmany(timeout_ms=1000, max_records=self.settings.batch_max)
                left -= sum(map(len, polled.values()))
            return time.perf_counter() - begun
        finally:
            await consumer.stop()

    def ends(self) -> dict[int, int]:
        """Return the end of every partition of the event topic that has records."""
        consumer = kafka.KafkaConsumer(bootstrap_servers=self.settings.kafka)
        places = [kafka.TopicPartition(self.topic, number) for number in range(self.settings.partitions)]
        found = consumer.end_offsets(places)
        consumer.close()
        return {place.partition: end for place, end in found.items() if end}

    @contextmanager
    def worker(self) -> Iterator[int]:
        """Run one worker process; gives its process id once it has started."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "streams.cli", "worker"], stdout=log, stderr=log
            )
        try:
            self._await(lambda: "worker started" in self._log.read_text("utf-8"), process)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _await(self, happened: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + PATIENCE
        while not happened():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the worker did not start:\n{self._log.read_text('utf-8')}")
            time.sleep(PAUSE)

    def await_committed(self, ends: dict[int, int]) -> None:
        """Wait until the group has committed every partition to its end."""
        _until(lambda: self._committed() == ends, "the worker commits the end of every partition")

    def _committed(self) -> dict[int, int]:
        with closing(kafka.KafkaAdminClient(bootstrap_servers=self.settings.kafka)) as admin:
            try:
                found = admin.list_group_offsets({self.settings.group: None})[self.settings.group]
            except KafkaError:  # no group before the worker's first commit
                return {}
        return {
            place.partition: at.offset
            for place, at in found.items()
            if place.topic == self.topic and at.offset
        }

    def await_rows(self, ends: dict[int, int]) -> None:
        """Wait until the row of every dossier is in ClickHouse."""
        client = connect(self.settings, "reader")
        wanted = {number: end - 1 for number, end in ends.items()}
        question = "SELECT source_partition, max(source_offset) FROM sink_progress GROUP BY source_partition"
        _until(lambda: dict(client.execute(question)) == wanted, "the rows of all dossiers are in ClickHouse")
        client.disconnect()

    def dossiers(self) -> int:
        """Count the dossiers in ClickHouse."""
        client = connect(self.settings, "reader")
        ((count,),) = client.execute("SELECT uniqExact(dossier_code) FROM dossiers")
        client.disconnect()
        return int(count)


def _until(asked: Callable[[], bool], question: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not asked():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not after {PATIENCE:.0f} s: {question}")
        time.sleep(PAUSE)
