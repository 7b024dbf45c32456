"""The whole way with real processes: a worker of its own, topics with few partitions, and waiting on what can be seen.

Nothing here sleeps blindly: `until` asks again until its question is answered, and fails with words at its deadline.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from clickhouse_driver import Client
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from schemas.events import Event
from schemas.reference import ReferenceRecord
from schemas.topics import load_topic
from streams.intake.producer import EventProducer
from streams.intake.topic_admin import create_topics
from streams.settings import PREFIX, Settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

T = TypeVar("T")

PROGRAM = (sys.executable, "-c", "from streams.cli.main import app; app()")
PATIENCE = 120.0
PAUSE = 0.1


def until(question: str, ask: Callable[[], T], seconds: float = PATIENCE, pause: float = PAUSE) -> T:
    """Return the first answer that is true; fail with the question and the last answer at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, (
            f"after {seconds} s still not: {question} (last answer: {answer!r})"
        )
        time.sleep(pause)


def now_ms() -> int:
    """The wall time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Raw(NamedTuple):
    """A record as a source may send it, good or bad; without a partition its key chooses one."""

    key: bytes | None
    value: bytes | None
    partition: int | None = None


class WorkerProcess:
    """`nhip766 worker`, or a program given in its place, in a process of its own; its log goes to a file."""

    def __init__(
        self, log: Path, environ: dict[str, str] | None = None, command: Sequence[str] = (*PROGRAM, "worker")
    ) -> None:
        self.log = log
        self._command = command
        self._environ = {**os.environ, **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says so."""
        begun = self.text().count("worker started")
        self.launch()
        until("the worker has started", lambda: self._started(begun))

    def launch(self) -> None:
        """Start it and wait for nothing."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=self._environ, start_new_session=True
            )

    def wait(self) -> tuple[int, str]:
        """Wait until it ends by itself; return its exit code and its last line."""
        assert self._process is not None
        process, self._process = self._process, None
        return process.wait(PATIENCE), self.text().strip().rpartition("\n")[2]

    def _started(self, begun: int) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the worker ended at its start:\n{self.text()}"
        return self.text().count("worker started") > begun

    def stop(self) -> None:
        """Stop it in good order; it must end well."""
        assert self.end(signal.SIGTERM) == 0, f"the worker failed:\n{self.text()}"

    def kill(self) -> None:
        """Kill it where it stands."""
        assert self.end(signal.SIGKILL) == -signal.SIGKILL

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(PATIENCE)
        self._process = None
        return code

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    def send_signal(self, number: int) -> None:
        """Send a signal and do not wait for anything."""
        assert self._process is not None
        self._process.send_signal(number)

    def is_stopped(self) -> bool:
        """Tell whether a signal has stopped it where it stands (SIGSTOP)."""
        assert self._process is not None
        stat = Path(f"/proc/{self._process.pid}/stat").read_text("ascii")
        return stat.rpartition(")")[2].split()[0] == "T"

    def is_running(self) -> bool:
        """Tell whether it was started and has not ended by itself."""
        return self._process is not None and self._process.poll() is None

    def text(self) -> str:
        """Everything it has logged."""
        return self.log.read_text("utf-8") if self.log.exists() else ""


class Pipeline:
    """One installation on the servers of the run: its topics, its database, its worker."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self._folder = folder
        self._workers: list[WorkerProcess] = []

    def set_up(self) -> None:
        """Create topics and tables."""
        create_topics(self.settings, self.settings.kafka)
        Migrations(self.settings).up(None)

    def environ(self) -> dict[str, str]:
        """The variables that lead a program to this installation and not to another one on the same servers."""
        own = ("topic_prefix", "group", "clickhouse_database")
        return {PREFIX + name.upper(): getattr(self.settings, name) for name in own}

    # ----------------------------------------------------------------- worker

    def worker(self, command: Sequence[str] = (*PROGRAM, "worker"), **environ: str) -> WorkerProcess:
        """A worker, not started; one that still runs when the test ends is killed."""
        name = self._folder / f"worker-{len(self._workers)}.log"
        given = {PREFIX + key.upper(): text for key, text in environ.items()}
        worker = WorkerProcess(name, self.environ() | given, command)
        self._workers.append(worker)
        return worker

    @contextmanager
    def running(self, **environ: str) -> Iterator[WorkerProcess]:
        """A worker that runs for as long as the block and ends well."""
        worker = self.worker(**environ)
        worker.start()
        yield worker
        worker.stop()

    def clean_up(self) -> None:
        """Leave no process behind."""
        for worker in self._workers:
            if worker.is_running():
                worker.kill()

    def logs(self) -> str:
        """What all workers of the test have logged."""
        return "\n".join(worker.text() for worker in self._workers)

    # ------------------------------------------------------------------ Kafka

    def topic(self, short: str) -> str:
        """Full name of a topic."""
        return load_topic(short).full_name(self.settings)

    def send_reference(self, records: Iterable[ReferenceRecord]) -> None:
        """Send reference records and wait for their acknowledgement."""
        with EventProducer(self.settings, self.settings.kafka) as producer:
            for record in records:
                producer.send_reference(record)

    def send(self, events: Iterable[Event]) -> None:
        """Send events, ticks to every partition, and wait for their acknowledgement."""
        with EventProducer(self.settings, self.settings.kafka) as producer:
            for event in events:
                if event.type == "clock.tick":
                    producer.send_tick(event)
                else:
                    producer.send_event(event)

    def send_raw(self, records: Iterable[Raw], short: str = "dossier-events") -> list[tuple[int, int]]:
        """Send records as they are; return partition and offset of each."""
        with closing(
            KafkaProducer(bootstrap_servers=self.settings.kafka, acks="all", max_request_size=2**21)
        ) as producer:
            sent = [
                producer.send(self.topic(short), value=raw.value, key=raw.key, partition=raw.partition)
                for raw in records
            ]
            return [(answer.partition, answer.offset) for answer in (future.get(30) for future in sent)]

    def read(self, short: str) -> list[Any]:
        """Every record of a topic, by partition and offset."""
        return list(read_topic(self.settings.kafka, self.topic(short)))

    def ends(self) -> dict[int, int]:
        """Offset after the last event, by partition."""
        with closing(KafkaConsumer(bootstrap_servers=self.settings.kafka, group_id=None)) as consumer:
            name = self.topic("dossier-events")
            places = [TopicPartition(name, number) for number in range(self.settings.partitions)]
            return {place.partition: end for place, end in consumer.end_offsets(places).items()}

    def committed(self) -> dict[int, int]:
        """Offset that the workers' group has committed, by partition of the events."""
        with closing(KafkaAdminClient(bootstrap_servers=self.settings.kafka)) as admin:
            found = admin.list_group_offsets({self.settings.group: None})[self.settings.group]
        name = self.topic("dossier-events")
        return {
            place.partition: at.offset for place, at in found.items() if place.topic == name and at.offset
        }

    def await_committed(self) -> None:
        """Wait until every event is committed."""
        wanted = {number: end for number, end in self.ends().items() if end}
        until(f"everything is committed: {wanted}", lambda: self.committed() == wanted)

    # ------------------------------------------------------------- ClickHouse

    def client(self) -> Client:
        """A client that reads."""
        return connect(self.settings, "reader")

    def query(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of an answer, by column."""
        client = self.client()
        try:
            found, columns = client.execute(statement, parameters, with_column_types=True)
        finally:
            client.disconnect()
        names = [name for name, _ in columns]
        return [dict(zip(names, row, strict=True)) for row in found]

    def rows(self, table: str, columns: Sequence[str] = ("*",)) -> list[dict[str, Any]]:
        """The rows of a table, versions resolved."""
        return self.query(f"SELECT {', '.join(columns)} FROM {table} FINAL")

    def await_dossiers(self) -> None:
        """Wait until the row of every dossier and petition is in ClickHouse."""
        wanted = {number: end - 1 for number, end in self.ends().items() if end}
        until(
            f"the rows of all events are in: {wanted}",
            lambda: (
                {row["source_partition"]: row["source_offset"] for row in self.rows("sink_progress")}
                == wanted
            ),
        )

    def await_scores(self, at: int) -> None:
        """Wait until every score as of a moment (ms) is in."""
        until(f"scores are as of {at}", lambda: (self.scores_as_of() or 0) >= at)

    def scores_as_of(self) -> int | None:
        """The moment (ms) up to which the scores of all units are in, None before the first."""
        found = [
            row["at"]
            for row in self.query("SELECT toUnixTimestamp64Milli(as_of) AS at FROM score_progress FINAL")
        ]
        return min(found) if len(found) == self.settings.partials_partitions else None

    def settle(self) -> int:
        """Wait until all that was sent is committed and in ClickHouse (wall clock); return the scores' moment."""
        self.await_committed()
        self.await_dossiers()
        self.await_scores(now_ms())
        at = self.scores_as_of()
        assert at is not None
        return at

    def indicator(self, unit: str, period: str, indicator: str) -> tuple[int | None, int | None] | None:
        """Numerator and denominator that readers see now, None if there is no row."""
        found = self.query(
            "SELECT numerator, denominator FROM indicator_detail"
            " WHERE unit_code = %(unit)s AND period = %(period)s AND indicator = %(indicator)s",
            unit=unit,
            period=period,
            indicator=indicator,
        )
        return (found[0]["numerator"], found[0]["denominator"]) if found else None


def read_topic(bootstrap: str, name: str) -> Iterator[Any]:
    """Every record of a topic that is there now, by partition and offset."""
    with closing(
        KafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    ) as consumer:
        numbers = consumer.partitions_for_topic(name) or set()
        places = [TopicPartition(name, number) for number in sorted(numbers)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        found = []
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=1000).values():
                found += records
    yield from sorted(found, key=lambda record: (record.partition, record.offset))


def run(*arguments: str, seconds: float = 120, **environ: str) -> subprocess.CompletedProcess[str]:
    """One command of the program, in a process of its own."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **environ},
    )


def raw_of(record: Any) -> tuple[int, int, bytes]:
    """Partition, offset and value of a record that was read."""
    return record.partition, record.offset, record.value
