"""4b. Quix Streams: a stateful function per event, its state in RocksDB.

Its fastest: no changelog topic, commits far apart, raw values decoded by us, msgpack instead of JSON in the store, a
large fetch. Counts of units are kept in a plain dictionary: `group_by` would send every event through Kafka again.
"""

import os
import tempfile
from typing import Any

import msgspec
from quixstreams import Application, State
from quixstreams.state.rocksdb import RocksDBOptions

from bench.contenders.common import Counts, Dossier, Stopwatch, Task, decode, task


def main(given: Task) -> None:
    """Run the application until the topic is read."""
    app = Application(
        broker_address=given.bootstrap,
        consumer_group=given.name,
        auto_offset_reset="earliest",
        use_changelog_topics=False,
        commit_interval=10.0,
        state_dir=tempfile.mkdtemp(),
        rocksdb_options=RocksDBOptions(dumps=msgspec.msgpack.encode, loads=msgspec.msgpack.decode),
        auto_create_topics=False,
        loglevel="WARNING",
        consumer_extra_config={"fetch.message.max.bytes": 4 * 1024 * 1024, "queued.min.messages": 1_000_000},
    )
    topic = app.topic(given.topic, value_deserializer="bytes", key_deserializer="bytes")
    counts, watch, read = Counts(), Stopwatch(), 0

    def hear(value: bytes, state: State) -> None:
        nonlocal read
        watch.start()
        event: Any = decode(value)
        stored = state.get("facts")
        before = Dossier(*stored) if stored else Dossier()
        after = before.hear(event)
        state.set("facts", after)
        counts.move(before, after)
        read += 1
        if read == given.events:
            watch.report(read, counts.total())
            os._exit(0)  # a stop in good order would only take time

    app.dataframe(topic).update(hear, stateful=True)
    app.run()


if __name__ == "__main__":
    main(task())
