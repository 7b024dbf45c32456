"""3. Faust as its guide teaches it: an agent that takes one event at a time and writes a table at each.

Memory store, so no disk; the table's changelog in Kafka, as the guide has it. Counts of units are kept in a plain
dictionary: a second table would cost a second write per event.
"""

import os
import tempfile

import faust
import msgspec

from bench.contenders.common import Counts, Dossier, Stopwatch, Task, decode, task


def application(given: Task) -> faust.App:
    """Return the application; it ends its process when the topic is read."""
    app = faust.App(
        given.name,
        broker=f"kafka://{given.bootstrap}",
        store="memory://",
        web_enabled=False,
        topic_partitions=given.partitions,
        datadir=tempfile.mkdtemp(),
        consumer_auto_offset_reset="earliest",
    )
    topic = app.topic(given.topic, key_serializer="raw", value_serializer="raw")
    dossiers = app.Table("dossiers", key_type=bytes, value_type=bytes)
    counts, watch, read = Counts(), Stopwatch(), 0

    @app.agent(topic)
    async def count(stream: faust.StreamT[bytes]) -> None:
        nonlocal read
        async for value in stream:
            watch.start()
            event = decode(value)
            key = event.dossier_code.encode()
            stored = dossiers.get(key)
            before = msgspec.msgpack.decode(stored, type=Dossier) if stored else Dossier()
            after = before.hear(event)
            dossiers[key] = msgspec.msgpack.encode(after)
            counts.move(before, after)
            read += 1
            if read == given.events:
                watch.report(read, counts.total())
                os._exit(0)  # a stop in good order would only take time

    return app


def main(given: Task) -> None:
    """Run a worker until the topic is read."""
    faust.Worker(application(given), loglevel="warning", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(task())
