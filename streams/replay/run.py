"""One run of a replay, the first or one that goes on: read the past, set the target up, tell it, await the rows."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from schemas.reference import ReferenceRecord, parse_reference
from streams.core.periods import LOCAL
from streams.errors import UserError
from streams.intake.producer import EventProducer
from streams.intake.reference_log import read_reference
from streams.replay.sources import FileSource, Past, PastSource
from streams.replay.spool import Spool
from streams.replay.target import Target
from streams.replay.telling import Step, Telling
from streams.settings import Settings


class Plan(NamedTuple):
    """How the time is told: step of the ticks, moments (epoch ms) of the first and the last, None for the default."""

    tick: Step
    since: int | None
    until: int | None


class Watcher(Protocol):
    """Hears how far a replay is."""

    def read(self, events: int) -> None:
        """Hear how many events of the past were read."""

    def sent(self, events: int, of: int) -> None:
        """Hear how many events were sent, of how many."""


class Run:
    """One run; its file `path` remembers how far the replay is.

    Args:
        settings: the installation that the past and the reference data come from.
        source: the past.
        target: where it goes.
        plan: how the time is told.
        reference: files of reference records, in place of those of the installation.
    """

    def __init__(
        self,
        settings: Settings,
        source: PastSource,
        target: Target,
        plan: Plan,
        reference: list[Path] | None = None,
    ) -> None:
        self._settings = settings
        self._source = source
        self._target = target
        self._plan = plan
        self._reference = reference
        folder = settings.data_dir / "replays"
        self._path = folder / f"{target.settings.topic_prefix}.db"
        self._log = folder / f"{target.settings.topic_prefix}.worker.log"

    def run(self, watcher: Watcher, *, with_worker: bool) -> dict[str, Any]:
        """Do what is left of the replay and return its summary; raises UserError."""
        if not self._path.exists():
            self._target.require_fresh()
        with Spool(self._path) as spool:
            resumed = self._begin(spool)
            if spool.noted("spooled") is None:
                self._fill(spool, watcher)
            self._target.set_up()
            with EventProducer(self._target.settings, self._settings.kafka) as producer:
                for text in spool.noted("reference"):
                    producer.send_reference(parse_reference(text.encode()))
                producer.flush()
                if with_worker:
                    with self._target.worker(self._log) as worker:
                        self._tell(spool, producer, watcher)
                        self._target.await_rows(_local(spool.noted("until")), worker)
                else:
                    self._tell(spool, producer, watcher)
            return self._summary(spool) | {"resumed": resumed, "computed": with_worker}

    def _begin(self, spool: Spool) -> bool:
        """Note what this replay is, or check that it is the one that began; tell whether it goes on."""
        asked = {"source": self._source.name, "tick": self._plan.tick, "since": self._plan.since}
        began, until = spool.noted("asked"), self._plan.until
        if began is None:
            now = time.time_ns() // 1_000_000
            spool.note(asked=asked, until=now if until is None else until)
        elif began != asked or until not in {None, spool.noted("until")}:
            raise UserError(
                f"a replay into {self._target.settings.topic_prefix} began with other options "
                f"({began['source']}, --tick {began['tick']}); choose another name"
            )
        return began is not None

    def _fill(self, spool: Spool, watcher: Watcher) -> None:
        """Read the whole past; a run that is cut short here reads it again."""
        count = spool.fill(self._read(watcher))
        reference = [record.model_dump_json() for record in self._reference_records()]
        spool.note(spooled=count, left_out=dict(self._source.left_out), reference=reference)

    def _read(self, watcher: Watcher) -> Iterator[Past]:
        for number, event in enumerate(self._source.events(), start=1):
            watcher.read(number)
            yield event

    def _reference_records(self) -> list[ReferenceRecord]:
        """Return the reference records given in files, else those of the installation."""
        records = list(self._source.reference)
        if self._reference:
            given = FileSource(self._reference)
            for _ in given.events():
                continue
            records += given.reference
        return records or read_reference(self._settings, self._settings.kafka)

    def _tell(self, spool: Spool, producer: EventProducer, watcher: Watcher) -> None:
        if spool.noted("sent"):
            return
        total: int = spool.noted("spooled")
        telling = Telling(spool, producer, self._plan.tick, spool.noted("until"), self._plan.since)
        telling.run(lambda events: watcher.sent(events, total))
        spool.empty()

    def _summary(self, spool: Spool) -> dict[str, Any]:
        settings = self._target.settings
        return {
            "source": self._source.name,
            "topic_prefix": settings.topic_prefix,
            "group": settings.group,
            "database": settings.clickhouse_database,
            "events": spool.noted("events"),
            "left_out": spool.noted("left_out"),
            "ticks": spool.noted("ticks"),
            "until": _local(spool.noted("until")).isoformat(),
        }


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(LOCAL)
