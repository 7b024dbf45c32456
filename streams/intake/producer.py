"""The producer of intake: events, reference records and dead letters into Kafka, each send answered for.

Keys are partitioned by murmur2, as every Java client does it. A send that the broker did not acknowledge is never
passed over: `flush` raises.
"""

import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from schemas.events import Event, partition_key
from schemas.events.clock import ClockTick
from schemas.fast import encode
from schemas.reference import ReferenceRecord, encode_reference, reference_key
from schemas.topics import TopicSettings, load_topic
from streams.errors import UserError
from streams.intake.dead_letters import DeadLetter
from streams.intake.patience import ATTEMPT_MS, patiently, say_on_stderr
from streams.intake.topic_admin import partition_counts

LINGER_MS = 20
BATCH_BYTES = 128 * 1024
DELIVERY_SECONDS = 60
MAX_UNACKNOWLEDGED = 100_000
"""The client buffers without a limit of its own; at this many records it is made to wait."""


class EventProducer:
    """Sends to the topics of one installation; use as a context manager.

    Args:
        settings: names the topics.
        bootstrap: brokers, `host:port` separated by commas.

    Raises UserError if Kafka does not answer, a topic is missing, or a record is not acknowledged.
    """

    def __init__(
        self,
        settings: TopicSettings,
        bootstrap: str,
        *,
        say: Callable[[str], None] = say_on_stderr,
    ) -> None:
        self._events = load_topic("dossier-events").full_name(settings)
        self._reference = load_topic("reference").full_name(settings)
        self._dead_letters = load_topic("dead-letters").full_name(settings)
        self._bootstrap = bootstrap
        self._failure: BaseException | None = None
        self._reference_is_new = False
        self._unacknowledged = 0
        topics = (self._events, self._reference, self._dead_letters)
        self._partitions = partition_counts(topics, bootstrap, say=say)[self._events]
        self._producer = patiently(lambda: _client(bootstrap), bootstrap, say=say)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            self.flush()
        with contextlib.suppress(KafkaTimeoutError):  # after a problem what is unsent is given up
            self._producer.close(timeout=DELIVERY_SECONDS if problem is None else 0)

    def send_event(self, event: Event) -> None:
        """Send an event (a model or its fast twin) under the key of what its state belongs to.

        Reference records sent before it are acknowledged first: it may need them to be understood.
        """
        if self._reference_is_new:
            self.flush()
        self._send(self._events, key=partition_key(event), value=encode(event))

    def send_as_is(self, key: bytes, value: bytes) -> None:
        """Send the bytes of an event that was read before, under its key."""
        if self._reference_is_new:
            self.flush()
        self._send(self._events, key=key, value=value)

    def send_tick(self, tick: ClockTick) -> None:
        """Tell every partition of the events the time of a replay."""
        value = encode(tick)
        for partition in range(self._partitions):
            self._send(self._events, key=b"clock", value=value, partition=partition)

    def send_reference(self, record: ReferenceRecord) -> None:
        """Send a reference record under `kind:code`."""
        self._reference_is_new = True
        self._send(self._reference, key=reference_key(record), value=encode_reference(record))

    def send_dead_letter(self, letter: DeadLetter) -> None:
        """Send what was refused."""
        self._send(self._dead_letters, key=letter.key, value=letter.value, headers=letter.headers)

    def flush(self) -> None:
        """Wait until every record is acknowledged; raises UserError if one is not."""
        try:
            self._producer.flush(timeout=DELIVERY_SECONDS)
        except KafkaTimeoutError as late:
            self._failure = self._failure or late
        self._unacknowledged = 0
        self._reference_is_new = False
        self._raise_failure()

    def _send(self, topic: str, **record: Any) -> None:
        self._raise_failure()
        if self._unacknowledged >= MAX_UNACKNOWLEDGED:
            self.flush()
        self._unacknowledged += 1
        try:
            self._producer.send(topic, **record).add_errback(self._failed)
        except KafkaError as problem:
            self._failed(problem)
            self._raise_failure()

    def _failed(self, problem: BaseException) -> None:
        self._failure = self._failure or problem

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise UserError(
                f"Kafka at {self._bootstrap} did not take a record ({type(self._failure).__name__}); "
                "send the input again, repeated records change nothing"
            ) from self._failure


def _client(bootstrap: str) -> Any:
    return KafkaProducer(
        bootstrap_servers=bootstrap.split(","),
        acks="all",
        compression_type="lz4",
        linger_ms=LINGER_MS,
        batch_size=BATCH_BYTES,
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=ATTEMPT_MS,
        max_block_ms=5 * ATTEMPT_MS,
        delivery_timeout_ms=DELIVERY_SECONDS * 1000,
    )
