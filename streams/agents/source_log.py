"""The event topic read by place, for whoever needs its past: the archive and the replay."""

from collections.abc import Iterator
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.agents.reading import Refusal, read_well_formed
from streams.intake.topic_reading import POLL_MS, SILENT_POLLS, new_consumer
from streams.sinks.archive_buffer import Run, run_of
from streams.sinks.archive_writer import LogUnavailableError

PIECE: Final = 5000


class KafkaLog:
    """Reads by a consumer of no group, which connects at the first call; for one thread."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._consumer: Any = None

    def runs(self, partition: int, first: int, end: int) -> Iterator[Run]:
        """Give every well-formed event but ticks from offset `first` up to `end`, in pieces that follow each other.

        What the topic no longer has is passed over. Raises LogUnavailableError.
        """
        try:
            for records, upto in self._pieces(TopicPartition(self._topic, partition), first, end):
                rows = [
                    (record.offset, record.timestamp, record.value)
                    for record in records
                    if _is_archived(record)
                ]
                yield run_of(first, upto, rows)
                first = upto
        except KafkaError as problem:
            self.close()
            raise LogUnavailableError(f"Kafka fails us ({type(problem).__name__})") from problem

    def _pieces(self, place: TopicPartition, first: int, end: int) -> Iterator[tuple[list[Any], int]]:
        """Give the records between two offsets and, for each piece, the offset after it."""
        consumer = self._connected()
        consumer.assign([place])
        consumer.seek(place, max(first, consumer.beginning_offsets([place])[place]))
        silent = 0
        while (position := consumer.position(place)) < end:
            polled = consumer.poll(timeout_ms=POLL_MS, max_records=PIECE).get(place, [])
            now = consumer.position(place)
            silent = 0 if now > position else silent + 1
            if silent > SILENT_POLLS:
                raise LogUnavailableError("Kafka does not give what it has")
            if now > position:
                yield [record for record in polled if record.offset < end], min(end, now)

    def _connected(self) -> Any:
        if self._consumer is None:
            self._consumer = new_consumer(self._bootstrap)
        return self._consumer

    def close(self) -> None:
        """Disconnect; the next call connects again."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()


def _is_archived(record: Any) -> bool:
    event = read_well_formed(record)
    return not isinstance(event, Refusal) and event.type != "clock.tick"
