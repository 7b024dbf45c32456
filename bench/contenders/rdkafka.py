"""1. The raw limit: librdkafka's consumer (confluent-kafka) in batches, our event decoded, nothing done with it."""

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from bench.contenders.common import Stopwatch, Task, decode, task

BATCH = 10_000


def main(given: Task) -> None:
    """Read the topic once."""
    consumer = Consumer({
        "bootstrap.servers": given.bootstrap,
        "group.id": given.name,
        "enable.auto.commit": False,
        "fetch.message.max.bytes": 4 * 1024 * 1024,
        "queued.max.messages.kbytes": 256 * 1024,
    })  # fmt: skip
    consumer.assign(
        [TopicPartition(given.topic, number, OFFSET_BEGINNING) for number in range(given.partitions)]
    )
    watch, read = Stopwatch(), 0
    while read < given.events:
        records = consumer.consume(BATCH, 1.0)
        if records:
            watch.start()
        for record in records:
            decode(record.value())
        read += len(records)
    watch.report(read, None)
    consumer.close()


if __name__ == "__main__":
    main(task())
