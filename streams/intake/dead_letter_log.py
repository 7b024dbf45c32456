"""Reading the dead letters back, from the oldest to the newest that is there now."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

import msgspec
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.topics import TopicSettings, load_topic
from streams.errors import UserError
from streams.intake.patience import ATTEMPT_MS, patiently, say_on_stderr
from streams.intake.topic_admin import partition_counts

POLL_MS = 1000


class BuriedRecord(NamedTuple):
    """One dead letter: why, when first (epoch ms), where the original stands, its hash and shape.

    `times` tells how often it was buried: a file sent again, or a batch taken again after a crash.
    """

    reason: str
    field: str | None
    time: int
    position: str
    sha256: str
    size: int
    redacted: Any
    times: int = 1


def read_dead_letters(
    settings: TopicSettings, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> list[BuriedRecord]:
    """All dead letters, oldest first; raises UserError if Kafka does not answer or the topic is missing."""
    topic = load_topic("dead-letters").full_name(settings)
    count = partition_counts([topic], bootstrap, say=say)[topic]
    consumer = patiently(lambda: _consumer(bootstrap), bootstrap, say=say)
    with closing(consumer):
        try:
            letters = _read(consumer, [TopicPartition(topic, number) for number in range(count)])
            return _once(letters)
        except KafkaError as problem:
            raise UserError(
                f"Kafka at {bootstrap} broke off ({type(problem).__name__}); try again"
            ) from problem


def _once(letters: Iterable[BuriedRecord]) -> list[BuriedRecord]:
    """Each original and reason once, in the order of their first burial."""
    found: dict[tuple[str, str, str], BuriedRecord] = {}
    for letter in letters:
        key = (letter.position, letter.sha256, letter.reason)
        known = found.get(key)
        found[key] = letter if known is None else known._replace(times=known.times + 1)
    return sorted(found.values(), key=lambda letter: letter.time)


def _consumer(bootstrap: str) -> Any:
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        bootstrap_timeout_ms=ATTEMPT_MS,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        group_id=None,
        allow_auto_create_topics=False,
    )


def _read(consumer: Any, partitions: list[TopicPartition]) -> Iterator[BuriedRecord]:
    """Every record between the beginning and the end as it was when asked."""
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for partition, records in consumer.poll(timeout_ms=POLL_MS).items():
            for record in records:
                if record.offset < ends[partition]:
                    yield _letter(record)


def _letter(record: Any) -> BuriedRecord:
    headers = {name: text.decode() for name, text in record.headers}
    value = msgspec.json.decode(record.value)
    return BuriedRecord(
        reason=headers["reason"],
        field=headers.get("field"),
        time=int(headers["time"]),
        position=_position(headers),
        sha256=value["sha256"],
        size=value["bytes"],
        redacted=value["redacted"],
    )


def _position(headers: dict[str, str]) -> str:
    """`topic[partition]@offset`, or `file:line` with `/record`."""
    if "topic" in headers:
        return f"{headers['topic']}[{headers['partition']}]@{headers['offset']}"
    record = headers.get("record")
    return f"{headers['file']}:{headers['line']}" + (f"/{record}" if record else "")
