"""Sends that are awaited: the changelog as record batches, everything else record by record.

Faust's `send_changelog` costs more than all our work on a record together, and its failures are only logged. Here a
failed send raises, and the caller stops the worker before anything is committed.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from streams.agents.engine.copies import Logged

Header = tuple[str, bytes]

PATIENCE = 30.0
BATCH_BYTES = 512 * 1024
LARGEST_RECORD = 4 * 1024 * 1024


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key as every Kafka client computes it (murmur2)."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


class RecordProducer:
    """The connection: one per worker. Records go through an `Outbox`, one per piece of work that is awaited as a whole.

    `idempotent` keeps order and single copies, where the broker can (the light broker cannot). Such a producer tries
    for ever, so the limit of `patience` seconds for an acknowledgement is ours.
    """

    def __init__(self, bootstrap: str, *, idempotent: bool = True, patience: float = PATIENCE) -> None:
        self._bootstrap = bootstrap
        self._idempotent = idempotent
        self._patience = patience
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect; raises `aiokafka.errors.KafkaError` if no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=self._idempotent,
            max_batch_size=BATCH_BYTES,
            max_request_size=LARGEST_RECORD,
            request_timeout_ms=int(self._patience * 1000),
            linger_ms=5,
        )
        try:
            await producer.start()
        except KafkaError:
            await producer.stop()
            raise
        self._producer = producer

    async def stop(self) -> None:
        """Send what is buffered and disconnect; what is not acknowledged in time is given up."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            stopping = asyncio.create_task(producer.stop())
            await asyncio.wait({stopping}, timeout=self._patience)
            if not stopping.done():
                await _end_sender(producer)
            await stopping

    def outbox(self) -> "Outbox":
        """Return an empty outbox."""
        if self._producer is None:
            raise RuntimeError("the producer is not started")
        return Outbox(self._producer, self._patience)


async def _end_sender(producer: AIOKafkaProducer) -> None:
    """End aiokafka's sender: a cancelled one first waits for its requests, which without a broker never end."""
    sender = producer._sender.sender_task  # noqa: SLF001  (aiokafka offers no way to give up)
    while not sender.done():
        sender.cancel()
        await asyncio.wait({sender}, timeout=0.1)


class Outbox:
    """Records handed over together and awaited together: `settle` returns only when all are acknowledged."""

    def __init__(self, producer: AIOKafkaProducer, patience: float) -> None:
        self._producer = producer
        self._patience = patience
        self._sent: list[asyncio.Future[Any]] = []
        self._states: list[tuple[asyncio.Future[Any], int]] = []

    async def send(
        self, topic: str, partition: int | None, key: bytes, value: bytes, headers: Sequence[Header] = ()
    ) -> None:
        """Hand over one record."""
        self._sent.append(
            await self._producer.send(topic, value, key=key, partition=partition, headers=list(headers))
        )

    async def send_states(self, topic: str, partition: int, states: Mapping[str, bytes | None]) -> None:
        """Hand over changelog records, None for one that is void; raises ValueError for a state larger than a batch."""
        self._states += await self.send_records(topic, partition, states.items())

    async def send_records(
        self, topic: str, partition: int, records: Iterable[tuple[str, bytes | None]]
    ) -> list[tuple[Any, int]]:
        """Hand over records as batches, in their order; return each batch's coming answer and its size.

        Raises ValueError for a record larger than a batch.
        """
        sent = []
        batch = self._producer.create_batch()
        for key, value in records:
            name = key.encode()
            if value is not None and len(name) + len(value) > BATCH_BYTES:
                raise ValueError(f"a state of {len(value)} bytes does not fit into a record batch")
            if batch.append(key=name, value=value, timestamp=None) is None:
                sent.append(await self._send_batch(topic, partition, batch))
                batch = self._producer.create_batch()
                batch.append(key=name, value=value, timestamp=None)
        if batch.record_count():
            sent.append(await self._send_batch(topic, partition, batch))
        return sent

    async def _send_batch(self, topic: str, partition: int, batch: Any) -> tuple[Any, int]:
        sent = await self._producer.send_batch(batch, topic, partition=partition)
        self._sent.append(sent)
        return sent, batch.record_count()

    async def settle(self) -> list[Logged]:
        """Wait until everything handed over is acknowledged; raises the first failure, TimeoutError if none comes.

        Returns where the changelog has the states that were handed over, in their order.
        """
        sent, self._sent = self._sent, []
        states, self._states = self._states, []
        for one in sent:
            one.add_done_callback(_hear)
        if sent:
            done, late = await asyncio.wait(sent, timeout=self._patience, return_when=asyncio.FIRST_EXCEPTION)
            for one in done:
                one.result()
            if late:
                raise TimeoutError
        return [Logged(first := int(answer.result().offset), first + count - 1) for answer, count in states]


def _hear(answer: asyncio.Future[Any]) -> None:
    """Take note of an answer that comes when nobody waits for it any more: asyncio would log it as an error."""
    if not answer.cancelled():
        answer.exception()
