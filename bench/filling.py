"""Fills an event topic as fast as record batches allow, each record in the partition where a producer would put it."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaProducer

from bench.load import Record
from streams.agents.engine.producer import partition_of

BATCH_BYTES = 256 * 1024
AT_ONCE = 64
"""Batches that may be on their way."""


def fill(bootstrap: str, topic: str, partitions: int, records: Iterable[Record]) -> int:
    """Put records into a topic, in their order within each partition; return how many."""
    return asyncio.run(_fill(bootstrap, topic, partitions, records))


async def _fill(bootstrap: str, topic: str, partitions: int, records: Iterable[Record]) -> int:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, max_batch_size=BATCH_BYTES, acks="all", enable_idempotence=True
    )
    await producer.start()
    count, waiting, sent = 0, [producer.create_batch() for _ in range(partitions)], set()

    async def send(number: int) -> None:
        batch, waiting[number] = waiting[number], producer.create_batch()
        sent.add(await producer.send_batch(batch, topic, partition=number))
        if len(sent) >= AT_ONCE:
            done, left = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
            sent.intersection_update(left)
            for one in done:
                one.result()

    try:
        for key, value in records:
            number = partition_of(key, partitions)
            if waiting[number].append(key=key, value=value, timestamp=None) is None:
                await send(number)
                waiting[number].append(key=key, value=value, timestamp=None)
            count += 1
        for number, batch in enumerate(waiting):
            if batch.record_count():
                await send(number)
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return count
