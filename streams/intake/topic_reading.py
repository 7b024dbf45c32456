"""A topic read from its beginning to the end that it has now, and single records fetched by their place."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Final, Self

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from streams.errors import UserError
from streams.intake.patience import ATTEMPT_MS, patiently, say_on_stderr
from streams.intake.topic_admin import partition_counts

POLL_MS: Final = 1000
SILENT_POLLS: Final = 30
"""Polls without a record after which the broker counts as away."""


def new_consumer(bootstrap: str) -> Any:
    """Return a consumer of no group; raises `kafka.errors.KafkaError`."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        bootstrap_timeout_ms=ATTEMPT_MS,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        group_id=None,
        allow_auto_create_topics=False,
    )


def read_all(topic: str, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr) -> Iterator[Any]:
    """Give every record between the beginning and the end as it was when asked, partition by partition in order.

    Raises UserError if Kafka does not answer or the topic is missing.
    """
    count = partition_counts([topic], bootstrap, say=say)[topic]
    consumer = patiently(lambda: new_consumer(bootstrap), bootstrap, say=say)
    places = [TopicPartition(topic, number) for number in range(count)]
    with closing(consumer):
        try:
            consumer.assign(places)
            ends = consumer.end_offsets(places)
            consumer.seek_to_beginning(*places)
            while any(consumer.position(place) < ends[place] for place in places):
                for place, records in consumer.poll(timeout_ms=POLL_MS).items():
                    yield from (record for record in records if record.offset < ends[place])
        except KafkaError as problem:
            raise UserError(broke_off(bootstrap, problem)) from problem


def end_offsets(topic: str, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr) -> dict[int, int]:
    """Return the offset after the last record of each partition; nothing for a topic that does not exist.

    Raises UserError if Kafka does not answer.
    """
    consumer = patiently(lambda: new_consumer(bootstrap), bootstrap, say=say)
    with closing(consumer):
        try:
            numbers = consumer.partitions_for_topic(topic) or ()
            ends = consumer.end_offsets([TopicPartition(topic, number) for number in numbers])
        except KafkaError as problem:
            raise UserError(broke_off(bootstrap, problem)) from problem
    return {place.partition: end for place, end in ends.items()}


def broke_off(bootstrap: str, problem: BaseException) -> str:
    """Say that a connection broke."""
    return f"Kafka at {bootstrap} broke off ({type(problem).__name__}); try again"


class RecordsByPlace:
    """Fetches single records; use as a context manager. Every method raises UserError if Kafka does not answer."""

    def __init__(self, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr) -> None:
        self._bootstrap = bootstrap
        self._consumer: Any = patiently(lambda: new_consumer(bootstrap), bootstrap, say=say)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def fetch(self, topic: str, partition: int, offset: int) -> Any | None:
        """Return the record at a place, None if there is none any more."""
        place = TopicPartition(topic, partition)
        try:
            if partition not in (self._consumer.partitions_for_topic(topic) or ()):
                return None
            self._consumer.assign([place])
            if not self._consumer.beginning_offsets([place])[place] <= offset < self._end(place):
                return None
            self._consumer.seek(place, offset)
            return self._first(place, offset)
        except KafkaError as problem:
            raise UserError(broke_off(self._bootstrap, problem)) from problem

    def _end(self, place: TopicPartition) -> int:
        return int(self._consumer.end_offsets([place])[place])

    def _first(self, place: TopicPartition, offset: int) -> Any | None:
        for _ in range(SILENT_POLLS):
            records = self._consumer.poll(timeout_ms=POLL_MS, max_records=1).get(place, [])
            if records:
                return records[0] if records[0].offset == offset else None
        raise UserError(f"Kafka at {self._bootstrap} does not give what it has; try again")
