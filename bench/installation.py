"""Installations of ours on the servers, for one measurement each: topics, tables, worker processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import kafka
from kafka.errors import KafkaError

from bench.compiled import environment
from bench.load import reference_records
from bench.processes import Use, use_of
from schemas.topics import load_topic
from streams.agents.engine.producer import partition_of
from streams.intake.producer import EventProducer
from streams.intake.topic_admin import create_topics
from streams.local.servers import LocalServers
from streams.settings import PREFIX, Settings, load_settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

PATIENCE: Final = 1800.0
STOP_SECONDS: Final = 90.0
PAUSE: Final = 0.25


def _silent(_: str) -> None:
    pass


@contextmanager
def settings_of(servers: LocalServers, name: str, **more: str) -> Iterator[Settings]:
    """Put the settings of an installation with names of its own into the environment meanwhile."""
    own = {
        "topic_prefix": name,
        "group": name,
        "clickhouse_database": name,
        "metrics_port": "0",
        "supervisor_port": "0",
        **more,
    }
    given = servers.environ() | {PREFIX + field.upper(): value for field, value in own.items()}
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield load_settings()
    finally:
        os.environ.clear()
        os.environ.update(before)


def make_topics(settings: Settings) -> str:
    """Create topics and send the reference data; return the name of the event topic."""
    create_topics(settings, settings.kafka, say=_silent)
    with EventProducer(settings, settings.kafka) as producer:
        for record in reference_records():
            producer.send_reference(record)
    return load_topic("dossier-events").full_name(settings)


@contextmanager
def installation(servers: LocalServers, name: str, **more: str) -> Iterator["Installation"]:
    """Topics, tables and reference data under a name; of topics that are there already only the derived are made anew.

    So several installations may read one event topic: give them one `topic_prefix`.
    """
    with settings_of(servers, name, **more) as settings:
        _delete(settings, ("partials", "dead-letters"))
        make_topics(settings)
        Migrations(settings).up()
        yield Installation(settings, servers.folder / f"{name}.log")
        client = connect(settings, "migrator")
        client.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
        client.disconnect()
        _delete(settings, ("dossiers-changelog",))


def _delete(settings: Settings, shorts: tuple[str, ...]) -> None:
    names = {load_topic(short).full_name(settings) for short in shorts}
    with closing(kafka.KafkaAdminClient(bootstrap_servers=settings.kafka)) as admin:
        if there := sorted(names & set(admin.list_topics())):
            admin.delete_topics(there)
            _until(lambda: not names & set(admin.list_topics()), "topics are deleted")


class Installation:
    """What can be done with it."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.topic = load_topic("dossier-events").full_name(settings)
        self.changelog = load_topic("dossiers-changelog").full_name(settings)
        self._log = log

    def partition(self, key: bytes) -> int:
        """Return the partition of the event topic that a key belongs to."""
        return partition_of(key, self.settings.partitions)

    def ends(self, topic: str | None = None) -> dict[int, int]:
        """Return the end of every partition of a topic (of the events) that has records."""
        consumer = kafka.KafkaConsumer(bootstrap_servers=self.settings.kafka, enable_auto_commit=False)
        places = [
            kafka.TopicPartition(topic or self.topic, number) for number in range(self.settings.partitions)
        ]
        found = consumer.end_offsets(places)
        consumer.close()
        return {place.partition: end for place, end in found.items() if end}

    @contextmanager
    def worker(self, workers: int = 1, compiled: Path | None = None) -> Iterator["Worker"]:
        """Run worker processes, of the copy whose core is compiled if it is given; gives them once all have started."""
        started = self._started()
        command = [sys.executable, "-m", "streams.cli", "worker", "--workers", str(workers)]
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  (our own command line)
                command if workers > 1 else command[:-2], stdout=log, stderr=log, env=environment(compiled)
            )
        begun = time.monotonic()
        try:
            while self._started() < started + workers:
                if process.poll() is not None or time.monotonic() > begun + PATIENCE:
                    raise RuntimeError(f"the worker did not start:\n{self._log.read_text('utf-8')[-2000:]}")
                time.sleep(PAUSE / 5)  # another process is polled: it has no event to await
            yield Worker(process.pid, time.monotonic() - begun)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def said(self, event: str) -> dict[str, str]:
        """Return the values of the last line of this name that a worker has logged."""
        lines = [line for line in self._log.read_text("utf-8").splitlines() if f" {event} " in line]
        return dict(word.split("=", 1) for word in lines[-1].split() if "=" in word)

    def _started(self) -> int:
        return self._log.read_text("utf-8").count("worker started") if self._log.is_file() else 0

    @contextmanager
    def commits(self) -> Iterator[Callable[[], dict[int, int]]]:
        """Give a function that tells what the group has committed, by partition."""
        with closing(kafka.KafkaAdminClient(bootstrap_servers=self.settings.kafka)) as admin:
            yield lambda: self._committed(admin, self.settings.group, self.topic)

    def _committed(self, admin: Any, group: str, topic: str) -> dict[int, int]:
        try:
            found = admin.list_group_offsets({group: None})[group]
        except KafkaError:  # no group before the worker's first commit
            return {}
        return {
            place.partition: at.offset for place, at in found.items() if place.topic == topic and at.offset
        }

    def await_committed(self, ends: dict[int, int]) -> None:
        """Wait until the group has committed every partition to its end."""
        with self.commits() as committed:
            _until(lambda: committed() == ends, "the worker commits the end of every partition")

    def await_alerts(self) -> None:
        """Wait until every alert that was told is in ClickHouse."""
        alerts, group = load_topic("alerts").full_name(self.settings), f"{self.settings.group}-alerts"
        with closing(kafka.KafkaAdminClient(bootstrap_servers=self.settings.kafka)) as admin:
            _until(
                lambda: self._committed(admin, group, alerts) == self.ends(alerts),
                "the rows of all alerts are in ClickHouse",
            )

    def await_scores(self, moment: int) -> None:
        """Wait until ClickHouse has every score of a moment (ms), of the wall's clock."""
        client = connect(self.settings, "reader")
        question = (
            "SELECT source_partition FROM score_progress GROUP BY source_partition "
            "HAVING max(toUnixTimestamp64Milli(as_of)) >= %(moment)s"
        )
        _until(
            lambda: len(client.execute(question, {"moment": moment})) == self.settings.partials_partitions,
            "the scores of all events are in ClickHouse",
        )
        client.disconnect()

    def await_rows(self, ends: dict[int, int]) -> None:
        """Wait until the row of every dossier is in ClickHouse."""
        client = connect(self.settings, "reader")
        wanted = {number: end - 1 for number, end in ends.items()}
        question = "SELECT source_partition, max(source_offset) FROM sink_progress GROUP BY source_partition"
        _until(lambda: dict(client.execute(question)) == wanted, "the rows of all dossiers are in ClickHouse")
        client.disconnect()

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Return the answer of ClickHouse to a reader's question."""
        client = connect(self.settings, "reader")
        answer: list[tuple[Any, ...]] = client.execute(question)
        client.disconnect()
        return answer


class Worker:
    """Running worker processes, and the seconds they took to start."""

    def __init__(self, pid: int, starting: float) -> None:
        self.pid = pid
        self.starting = starting

    def use(self) -> Use:
        """Return what they have used so far."""
        return use_of(self.pid)


def _until(asked: Callable[[], bool], question: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not asked():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not after {PATIENCE:.0f} s: {question}")
        time.sleep(PAUSE)  # another process is polled: it has no event to await
