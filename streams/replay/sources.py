"""Where a past comes from: files, the archive in ClickHouse, or the topic of an installation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from clickhouse_driver.errors import Error
from kafka import TopicPartition
from kafka.errors import KafkaError

from schemas.errors import BadEvent
from schemas.events import Event, partition_key
from schemas.fast import decode
from schemas.reference import ReferenceRecord, parse_reference
from schemas.topics import load_topic
from streams.agents.source_log import KafkaLog
from streams.core.dossier import DOSSIER_EVENTS
from streams.core.periods import moment
from streams.core.petition import PETITION_EVENTS
from streams.errors import UserError
from streams.intake.documents import input_files, read_documents
from streams.intake.patience import patiently
from streams.intake.topic_admin import partition_counts
from streams.intake.topic_reading import broke_off, new_consumer
from streams.settings import Settings
from streams.sinks.archive_writer import LogUnavailableError
from streams.sinks.connection import address, connect, server_said

ROWS_AT_ONCE: Final = 20_000


class Past(NamedTuple):
    """An event of the past: when it was recorded (epoch ms), its key, its bytes."""

    at: int
    key: bytes
    raw: bytes


class PastSource(Protocol):
    """A past that can be read from its beginning as often as need be.

    `name` tells one source from another; `left_out` counts, after `events` was read, what is no event of the past.
    """

    name: str
    left_out: Counter[str]
    reference: list[ReferenceRecord]

    def events(self) -> Iterator[Past]:
        """Give every event, in any order; raises UserError if the source cannot be read."""


class FileSource:
    """Files of events, one JSON document or a line each; reference records among them are kept apart."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = input_files(paths)
        self.name = "files " + " ".join(str(file.resolve()) for file in self._files)
        self.left_out: Counter[str] = Counter()
        self.reference: list[ReferenceRecord] = []

    def events(self) -> Iterator[Past]:
        """Give every event of the files."""
        self.left_out.clear()
        self.reference.clear()
        for file in self._files:
            for document in read_documents(file):
                try:
                    if isinstance(document.value, dict) and "kind" in document.value:
                        self.reference.append(parse_reference(document.raw))
                    else:
                        yield from self._past(document.raw)
                except BadEvent as bad:
                    self.left_out[bad.reason] += 1

    def _past(self, raw: bytes) -> Iterator[Past]:
        event = decode(raw)
        if event.type in DOSSIER_EVENTS or event.type in PETITION_EVENTS:
            yield _past(event, raw)
        else:
            self.left_out["clock_tick" if event.type == "clock.tick" else "wrong_topic"] += 1


class ArchiveSource:
    """The archive of events of the installation that the settings name."""

    def __init__(self, settings: Settings) -> None:
        topic = load_topic("dossier-events")
        self._settings = settings
        self._topic, self._epoch = topic.full_name(settings), topic.epoch
        self.name = f"archive of {self._topic} in {address(settings)}"
        self.left_out: Counter[str] = Counter()
        self.reference: list[ReferenceRecord] = []

    def events(self) -> Iterator[Past]:
        """Give every event of the archive."""
        client = connect(self._settings, "reader")
        try:
            rows = client.execute_iter(
                "SELECT event FROM archived_events WHERE epoch = %(epoch)s AND topic = %(topic)s"
                " ORDER BY source_partition, source_offset",
                {"epoch": self._epoch, "topic": self._topic},
                settings={"max_block_size": ROWS_AT_ONCE},
            )
            for (event,) in rows:
                raw = event.encode()
                yield _past(decode(raw), raw)
        except (Error, OSError, EOFError) as problem:
            raise UserError(f"ClickHouse at {address(self._settings)}: {server_said(problem)}") from None
        finally:
            client.disconnect()


class TopicSource:
    """The event topic of the installation that the settings name, to its end as it is when the reading begins.

    It begins at the oldest event there, at an offset of every partition, or with what arrived at a time or later.
    """

    def __init__(
        self, settings: Settings, *, from_offset: int | None = None, from_time: datetime | None = None
    ) -> None:
        self._bootstrap = settings.kafka
        self._topic = load_topic("dossier-events").full_name(settings)
        self._from_offset, self._from_time = from_offset, from_time
        begin = from_offset if from_time is None else from_time.isoformat()
        self.name = f"topic {self._topic} from {'its beginning' if begin is None else begin}"
        self.left_out: Counter[str] = Counter()
        self.reference: list[ReferenceRecord] = []

    def events(self) -> Iterator[Past]:
        """Give every well-formed event; ticks and what a worker would refuse by its form are left out."""
        self.left_out.clear()
        count = partition_counts([self._topic], self._bootstrap)[self._topic]
        bounds = self._bounds([TopicPartition(self._topic, number) for number in range(count)])
        with closing(KafkaLog(self._bootstrap, self._topic)) as log:
            try:
                for partition, (first, end) in bounds.items():
                    for run in log.runs(partition, first, end):
                        self.left_out["no_event"] += run.end - max(run.first, first) - len(run.events)
                        for raw in run.events:
                            yield _past(decode(raw), raw)
            except LogUnavailableError as problem:
                raise UserError(f"{problem}: {self._bootstrap}") from None
        self.left_out = +self.left_out

    def _bounds(self, places: list[TopicPartition]) -> dict[int, tuple[int, int]]:
        """Return, by partition, the first offset to read and the one after the last."""
        consumer = patiently(lambda: new_consumer(self._bootstrap), self._bootstrap)
        with closing(consumer):
            try:
                ends: dict[TopicPartition, int] = consumer.end_offsets(places)
                begins: dict[TopicPartition, int] = consumer.beginning_offsets(places)
                if self._from_offset is not None:
                    begins = {place: max(begin, self._from_offset) for place, begin in begins.items()}
                elif self._from_time is not None:
                    begins = self._at_time(consumer, self._from_time, ends)
            except KafkaError as problem:
                raise UserError(broke_off(self._bootstrap, problem)) from problem
        return {place.partition: (begins[place], ends[place]) for place in places}

    @staticmethod
    def _at_time(consumer: Any, at: datetime, ends: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        found = consumer.offsets_for_times(dict.fromkeys(ends, moment(at)))
        return {place: end if found[place] is None else found[place].offset for place, end in ends.items()}


def _past(event: Event, raw: bytes) -> Past:
    return Past(moment(event.recorded_at), partition_key(event), raw)
