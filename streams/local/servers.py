"""Kafka and ClickHouse for as long as a block of code runs.

    with LocalServers(Path(".nhip766")) as servers:
        use(servers.kafka_bootstrap, servers.clickhouse.port)

Each run has a fresh folder `<data_dir>/servers/<run>`, free loopback ports and new passwords; all are gone
afterwards, even when the caller was killed: guardians end the servers, and the next run sweeps the folder.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.errors import UserError
from streams.local.clickhouse import READY_SECONDS as CLICKHOUSE_SECONDS
from streams.local.clickhouse import clickhouse_answers, clickhouse_process, new_address
from streams.local.kafka import READY_SECONDS as KAFKA_SECONDS
from streams.local.kafka import KafkaKind, kafka_answers, kafka_process
from streams.local.parts import Say
from streams.local.process import GuardedProcess
from streams.settings import LOCAL_ENV, Settings, variable

LOCK = "lock"


def say_on_stderr(line: str) -> None:
    """Show progress where it does not mix with a program's output."""
    print(line, file=sys.stderr, flush=True)


class LocalServers:
    """Real servers on this machine; use as a context manager, or call `start` and `stop`.

    Args:
        data_dir: holds `cache/` (fetched parts, kept), `servers/<run>/` and `local.env`.
        kafka: "apache", "light", or "auto" (Apache where Java and Maven are there).
        publish: write `<data_dir>/local.env`, which other commands read their addresses from.
        also: further settings to publish there, by the name of their field.
        cache: where fetched parts are kept; default `<data_dir>/cache`.
        say: takes lines of progress.

    Raises UserError, in words for the person, when a part is missing or a server does not start.
    """

    def __init__(
        self,
        data_dir: Path | Settings,
        *,
        kafka: KafkaKind = "auto",
        publish: bool = True,
        also: Mapping[str, str] | None = None,
        cache: Path | None = None,
        say: Say = say_on_stderr,
    ) -> None:
        base = data_dir.data_dir if isinstance(data_dir, Settings) else data_dir
        self.data_dir = base.absolute()
        self.clickhouse = new_address()
        self._cache = cache or self.data_dir / "cache"
        self._kind = kafka
        self._publish = publish
        self._also = dict(also or {})
        self._say = say
        self._folder = self.data_dir / "servers" / secrets.token_hex(6)
        self._lock: int | None = None
        self._kafka_port = 0
        self._kafka_process: GuardedProcess | None = None
        self._clickhouse_process: GuardedProcess | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def kafka_bootstrap(self) -> str:
        """The broker's address, host:port."""
        return f"127.0.0.1:{self._kafka_port}"

    @property
    def folder(self) -> Path:
        """The folder of this run, gone when it ends; logs of programs that belong to it may be put there."""
        return self._folder

    @property
    def kafka_name(self) -> str:
        """Which broker runs, with its version."""
        return self._kafka_process.name if self._kafka_process else "no Kafka"

    def environ(self) -> dict[str, str]:
        """Give the settings that lead any of our programs to these servers."""
        address = self.clickhouse
        values = {
            "kafka": self.kafka_bootstrap,
            "clickhouse_host": address.host,
            "clickhouse_port": str(address.port),
            "clickhouse_http_port": str(address.http_port),
            "clickhouse_user": address.writer.user,
            "clickhouse_password": address.writer.password,
            "clickhouse_reader_user": address.reader.user,
            "clickhouse_reader_password": address.reader.password,
            "clickhouse_migrator_user": address.migrator.user,
            "clickhouse_migrator_password": address.migrator.password,
            "clickhouse_bi_user": address.bi.user,
            "clickhouse_bi_password": address.bi.password,
            **self._also,
        }
        return {variable(name): text for name, text in values.items()}

    def start(self) -> None:
        """Start both servers side by side and wait until both answer."""
        _sweep(self._folder.parent)
        self._folder.mkdir(parents=True)
        self._lock = os.open(self._folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._prepare()
            with ThreadPoolExecutor(2) as pool:
                try:
                    for waiting in (pool.submit(self.start_kafka), pool.submit(self.start_clickhouse)):
                        waiting.result()
                except BaseException:
                    self._kill()  # so that the other one is not waited for
                    raise
            if self._publish:
                self._write_local_env()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both servers and remove the run's folder."""
        self._kill()
        link = self.data_dir / LOCAL_ENV
        with contextlib.suppress(OSError):
            if link.readlink() == self._folder / LOCAL_ENV:
                link.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def check(self) -> None:
        """Raise UserError, with its last words, if a server has ended for good."""
        for process in (self._kafka_process, self._clickhouse_process):
            if process and not process.running:
                raise UserError(f"{process.name} ended: {process.last_words()}")

    def start_kafka(self) -> None:
        """Start the broker, on the same port and data as before, and wait until it answers."""
        if self._kafka_process:
            self._start(self._kafka_process, self._kafka_answers, KAFKA_SECONDS)

    def stop_kafka(self, *, kill: bool = False) -> None:
        """Stop the broker in good order, or with SIGKILL; the light one loses its data."""
        if self._kafka_process:
            self._kafka_process.stop(kill=kill)

    def start_clickhouse(self) -> None:
        """Start ClickHouse, on the same ports and data as before, and wait until it answers."""
        if self._clickhouse_process:
            self._start(self._clickhouse_process, self._clickhouse_answers, CLICKHOUSE_SECONDS)

    def await_clickhouse(self) -> None:
        """Wait until ClickHouse answers, as after a death its guardian repairs."""
        if self._clickhouse_process:
            self._clickhouse_process.await_ready(self._clickhouse_answers, CLICKHOUSE_SECONDS)

    def stop_clickhouse(self, *, kill: bool = False) -> None:
        """Stop ClickHouse in good order, or with SIGKILL."""
        if self._clickhouse_process:
            self._clickhouse_process.stop(kill=kill)

    def _kill(self) -> None:
        self.stop_kafka(kill=True)
        self.stop_clickhouse(kill=True)

    def _prepare(self) -> None:
        lock = (self._lock,) if self._lock is not None else ()
        broker, self._kafka_port = kafka_process(self._kind, self._folder / "kafka", self._cache, self._say)
        broker.keep_open = lock
        self._kafka_process = broker
        database = clickhouse_process(self.clickhouse, self._folder / "clickhouse", self._cache, self._say)
        database.keep_open = lock
        database.unlink = self._folder / LOCAL_ENV
        self._clickhouse_process = database

    def _start(self, process: GuardedProcess, answers: Callable[[], bool], seconds: float) -> None:
        self._say(f"{process.name}: starting")
        process.start()
        self._say(f"{process.name}: ready after {process.await_ready(answers, seconds):.1f} s")

    def _kafka_answers(self) -> bool:
        return kafka_answers(self._kafka_port)

    def _clickhouse_answers(self) -> bool:
        return clickhouse_answers(self.clickhouse)

    def _write_local_env(self) -> None:
        """Publish the addresses through a link into the run's folder: a dead run leaves none behind.

        What a notifier has read of this run's broker is of no use with the next one, whose topics are new.
        """
        target = self._folder / LOCAL_ENV
        published = self.environ() | {variable("notify_state"): str(self._folder / "notify.sqlite")}
        lines = [f"{name}={text}\n" for name, text in published.items()]
        target.touch(mode=0o600)
        target.write_text("".join(lines), encoding="utf-8")
        fresh = self._folder / "link"
        fresh.symlink_to(target)
        fresh.replace(self.data_dir / LOCAL_ENV)


def _sweep(runs: Path) -> None:
    """Remove the folders of runs whose caller and guardians are gone: nobody holds their lock."""
    for lock in runs.glob(f"*/{LOCK}"):
        with contextlib.suppress(OSError), lock.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
