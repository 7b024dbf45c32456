"""Where a replay goes: topics, a group and a database of its own, and a worker for as long as it lasts."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.topics import load_topic
from streams.errors import UserError
from streams.intake.topic_admin import create_topics
from streams.intake.topic_reading import end_offsets
from streams.local.process import GuardedProcess
from streams.read.progress import await_reached
from streams.read.reader import Reader
from streams.settings import Settings, load_settings, variable
from streams.sinks.migrations import Migrations

PATIENCE_SECONDS: Final = 120.0
PAUSE: Final = 0.2


class Target:
    """The installation that a replay fills; everything else is as the settings say. Raises UserError for a bad name."""

    def __init__(self, settings: Settings, name: str, *, group: str | None, database: str | None) -> None:
        self.changes = {
            "topic_prefix": name,
            "group": group or name,
            "clickhouse_database": database or name.replace("-", "_"),
            "clock": "ticks",
        }
        self.settings = load_settings(**self.changes)
        for field in ("topic_prefix", "group", "clickhouse_database"):
            if self.changes[field] == getattr(settings, field):
                raise UserError(
                    f"{variable(field)} is {self.changes[field]} already: a replay needs topics, a group and a "
                    "database of its own"
                )

    def require_fresh(self) -> None:
        """Raise UserError if the topic of events is there and holds anything."""
        topic = load_topic("dossier-events").full_name(self.settings)
        if any(end_offsets(topic, self.settings.kafka).values()):
            raise UserError(
                f"{topic} holds events, and no replay of that name began here: choose another name"
            )

    def set_up(self) -> None:
        """Create what is missing of topics, database and tables."""
        create_topics(self.settings, self.settings.kafka)
        Migrations(self.settings).up()

    def environment(self) -> dict[str, str]:
        """Return the variables that lead a program to it."""
        return {variable(field): value for field, value in self.changes.items()}

    @contextmanager
    def worker(self, log: Path) -> Iterator[GuardedProcess]:
        """Run a worker process until the end of the block."""
        process = GuardedProcess(
            name="the worker",
            command=[sys.executable, "-m", "streams.cli", "worker"],
            environment={**os.environ, **self.environment(), variable("metrics_port"): "0"},
            log=log,
        )
        process.start()
        try:
            yield process
        finally:
            process.stop()

    def await_rows(self, until: datetime, worker: GuardedProcess) -> None:
        """Return when every score is as of the last tick and the row of every dossier is in."""

        def alive() -> None:
            if not worker.running:
                raise UserError(f"the worker ended: {worker.last_words()}")

        topic = load_topic("dossier-events")
        name = topic.full_name(self.settings)
        wanted = {number: end - 1 for number, end in end_offsets(name, self.settings.kafka).items() if end}
        with Reader(self.settings) as reader:
            await_reached(reader, self.settings, until, seconds=PATIENCE_SECONDS, alive=alive)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while _reach(reader, topic.epoch, name) != wanted:
                alive()
                if time.monotonic() > deadline:
                    raise UserError("the rows of dossiers do not come in: look at the worker's log")
                time.sleep(PAUSE)  # another process is polled: it has no event to await


def _reach(reader: Reader, epoch: int, topic: str) -> dict[int, int]:
    rows = reader.rows(
        "SELECT source_partition, source_offset FROM sink_reach"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s",
        {"epoch": epoch, "topic": topic},
    )
    return {row["source_partition"]: row["source_offset"] for row in rows}
