"""2. aiokafka's consumer by `getmany`, our event decoded, nothing done with it."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.contenders.common import Stopwatch, Task, decode, task

BATCH = 10_000


async def main(given: Task) -> None:
    """Read the topic once."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=given.bootstrap,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    consumer.assign([TopicPartition(given.topic, number) for number in range(given.partitions)])
    watch, read = Stopwatch(), 0
    while read < given.events:
        polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        for records in polled.values():
            watch.start()
            for record in records:
                decode(record.value)
            read += len(records)
    watch.report(read, None)
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(task()))
