"""Reading topics from their beginning to fixed ends, once, without a group."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, Final

import msgspec
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.errors import BadEvent
from schemas.reference import ReferenceRecord, parse_reference
from schemas.topics import load_topic
from streams.audit.ledger import Letter
from streams.audit.records import SourceRecord
from streams.errors import UserError
from streams.intake.dead_letters import OUTCOME_HEADER
from streams.intake.patience import ATTEMPT_MS, patiently
from streams.intake.topic_admin import partition_counts
from streams.settings import Settings

POLL_MS: Final = 1000
STALLED_POLLS: Final = 30
Say = Callable[[str], None]


class Log:
    """The topics of one installation, read for an audit; raises UserError if Kafka is away or a topic is missing."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings = settings
        self._say = say
        self.events = load_topic("dossier-events").full_name(settings)

    def bounds(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return the first offset still there and the one after the last, by partition of the events."""
        places = self._places(self.events)
        with closing(self._consumer()) as consumer:
            begins = self._ask(lambda: consumer.beginning_offsets(places))
            ends = self._ask(lambda: consumer.end_offsets(places))
        return (
            {place.partition: offset for place, offset in begins.items()},
            {place.partition: offset for place, offset in ends.items()},
        )

    def committed(self) -> dict[int, int]:
        """Return the offset the workers' group has committed, by partition of the events; 0 for none."""
        group = self._settings.group
        with closing(self._admin()) as admin:
            found = self._ask(lambda: admin.list_group_offsets({group: None}))[group]
        return {
            place.partition: max(0, at.offset) for place, at in found.items() if place.topic == self.events
        }

    def records(self, begins: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[SourceRecord]:
        """Give the events from one position to another, in the order of each partition."""
        yield from self._read(self.events, begins, ends)

    def letters(self) -> list[Letter]:
        """Return every dead letter about a record of the event topic; what became of one is no letter."""
        found = []
        for record in self._whole("dead-letters"):
            headers = {name: text.decode() for name, text in record.headers}
            if headers.get("topic") == self.events and OUTCOME_HEADER not in headers:
                value = msgspec.json.decode(record.value)
                place = int(headers["partition"]), int(headers["offset"])
                found.append(Letter(*place, headers["reason"], value["sha256"]))
        return found

    def reference(self) -> list[ReferenceRecord]:
        """Return the newest record of every entity, as a worker knows them."""
        newest: dict[bytes, ReferenceRecord] = {}
        for record in self._whole("reference"):
            if record.key is None:
                continue
            if record.value is None:
                newest.pop(record.key, None)
                continue
            try:
                newest[record.key] = parse_reference(record.value)
            except BadEvent:
                continue
        return list(newest.values())

    # ---------------------------------------------------------------- Kafka

    def _whole(self, short: str) -> Iterator[Any]:
        name = load_topic(short).full_name(self._settings)
        places = self._places(name)
        with closing(self._consumer()) as consumer:
            begins = self._ask(lambda: consumer.beginning_offsets(places))
            ends = self._ask(lambda: consumer.end_offsets(places))
        yield from self._poll(
            name,
            {place.partition: offset for place, offset in begins.items()},
            {place.partition: offset for place, offset in ends.items()},
        )

    def _read(self, topic: str, begins: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[SourceRecord]:
        for record in self._poll(topic, begins, ends):
            yield SourceRecord(record.topic, record.partition, record.offset, record.key, record.value)

    def _poll(self, topic: str, begins: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Any]:
        """Give every record between two positions; UserError if the broker stops answering in between."""
        places = [
            TopicPartition(topic, number) for number, end in ends.items() if end > begins.get(number, 0)
        ]
        with closing(self._consumer()) as consumer:
            consumer.assign(places)
            for place in places:
                consumer.seek(place, begins.get(place.partition, 0))
            silent = 0
            while any(consumer.position(place) < ends[place.partition] for place in places):
                polled = self._ask(lambda: consumer.poll(timeout_ms=POLL_MS, max_records=5000))
                silent = 0 if polled else silent + 1
                if silent > STALLED_POLLS:
                    raise UserError(f"Kafka at {self._settings.kafka} gives no more of {topic}; try again")
                yield from _up_to(polled.values(), ends)

    def _ask(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except KafkaError as problem:
            raise UserError(
                f"Kafka at {self._settings.kafka} broke off ({type(problem).__name__}); try again"
            ) from problem

    def _places(self, topic: str) -> list[TopicPartition]:
        count = partition_counts([topic], self._settings.kafka, say=self._say)[topic]
        return [TopicPartition(topic, number) for number in range(count)]

    def _consumer(self) -> Any:
        kafka = self._settings.kafka
        return patiently(
            lambda: KafkaConsumer(
                bootstrap_servers=kafka.split(","),
                bootstrap_timeout_ms=ATTEMPT_MS,
                enable_auto_commit=False,
                auto_offset_reset="none",
                group_id=None,
                allow_auto_create_topics=False,
            ),
            kafka,
            say=self._say,
        )

    def _admin(self) -> Any:
        kafka = self._settings.kafka
        return patiently(
            lambda: KafkaAdminClient(bootstrap_servers=kafka.split(","), bootstrap_timeout_ms=ATTEMPT_MS),
            kafka,
            say=self._say,
        )


def _up_to(batches: Iterable[list[Any]], ends: Mapping[int, int]) -> Iterator[Any]:
    for batch in batches:
        yield from (record for record in batch if record.offset < ends[record.partition])
