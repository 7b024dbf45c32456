"""The archive against a store and a log that fail when told to: no event is lost, memory is bounded."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from streams.sinks.archive_buffer import ArchiveBuffer, Run, run_of
from streams.sinks.archive_writer import ArchiveWriter, LogUnavailableError
from streams.sinks.delivery import Source
from streams.sinks.memory import MemorySink
from streams.sinks.port import SinkRejectedError, SinkUnavailableError
from streams.sinks.rows import EventBatch, ProgressRow

SOURCE = Source(1, "events", "partials")
PATIENCE = 30


def event(offset: int) -> bytes:
    return b'{"n":%d}' % offset


def run(first: int, end: int) -> Run:
    return run_of(first, end, [(offset, 1000 + offset, event(offset)) for offset in range(first, end)])


class Log:
    """A topic of one partition in memory."""

    def __init__(self) -> None:
        self.read: list[tuple[int, int]] = []
        self.away = 0

    def runs(self, partition: int, first: int, end: int) -> Iterator[Run]:
        assert partition == 0
        if self.away:
            self.away -= 1
            raise LogUnavailableError("away")
        self.read.append((first, end))
        for begin in range(first, end, 10):
            yield run(begin, min(end, begin + 10))

    def close(self) -> None:
        pass


class Store(MemorySink):
    """An archive in memory that is away for a while, and checks that progress never claims what is not in."""

    def __init__(self) -> None:
        super().__init__()
        self.away = 0
        self.refusal: Exception | None = None
        self.written: list[int] = []
        self.changed = threading.Condition()

    def write_events(self, batches: Sequence[EventBatch]) -> None:
        if self.refusal:
            raise self.refusal
        if self.away:
            self.away -= 1
            raise SinkUnavailableError("away")
        super().write_events(batches)
        self.written += [offset for batch in batches for offset in batch.offsets]

    def write_archive_progress(self, rows: Sequence[ProgressRow]) -> None:
        for row in rows:
            kept = {offset for (_, _, where, offset) in self.events if where == row.source_partition}
            assert kept.issuperset(range(row.source_offset + 1)), "progress speaks of events that are not in"
        with self.changed:
            super().write_archive_progress(rows)
            self.changed.notify_all()

    def wait_for(self, partition: int, offset: int) -> None:
        with self.changed:
            reached = self.changed.wait_for(
                lambda: self.archived.get((1, "events", partition), -1) == offset, PATIENCE
            )
            assert reached, self.archived


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.sinks.archive_writer.FLUSH_SECONDS", 0.01)
    monkeypatch.setattr("streams.sinks.archive_writer.RETRY_SECONDS", 0.01)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def topic() -> Log:
    return Log()


@pytest.fixture
def writing(store: Store, topic: Log) -> Iterator[Callable[..., ArchiveWriter]]:
    made: list[ArchiveWriter] = []

    def start(**given) -> ArchiveWriter:
        writer = ArchiveWriter(store, topic, SOURCE, **given)
        made.append(writer)
        writer.start()
        return writer

    yield start
    for writer in made:
        writer.stop(PATIENCE)


def test_what_is_handed_over_is_written_without_reading_the_log(writing, store, topic):
    writer = writing()
    writer.put(0, run(0, 5))
    writer.put(0, run(5, 8))
    store.wait_for(0, 7)
    assert topic.read == []
    assert [store.events[1, "events", 0, offset] for offset in range(8)] == [
        (1000 + offset, event(offset)) for offset in range(8)
    ]


def test_what_came_before_the_archive_is_read_from_the_log(writing, store, topic):
    writing().put(0, Run(35, 35))
    store.wait_for(0, 34)
    assert topic.read == [(0, 35)]


def test_a_restart_reads_only_what_is_not_in(writing, store, topic):
    store.write_events([EventBatch(1, "events", 0, range(20), range(20), [event(n) for n in range(20)])])
    store.write_archive_progress([ProgressRow(1, "events", 0, 19)])
    writer = writing()
    writer.put(0, Run(15, 15))
    writer.put(0, run(15, 22))
    store.wait_for(0, 21)
    assert topic.read == []
    assert store.written == [*range(20), 20, 21]


def test_during_an_outage_memory_is_bounded_and_afterwards_the_log_gives_what_did_not_fit(
    writing, store, topic
):
    store.away = 10**9
    writer = writing(limit=run(0, 30).size)
    for first in range(0, 1000, 10):
        writer.put(0, run(first, first + 10))
    assert writer._buffer._size + writer._buffer._taken_size <= run(0, 30).size
    assert writer.lag() == 1000
    store.away = 0
    store.wait_for(0, 999)
    assert sorted(set(store.written)) == list(range(1000))
    assert topic.read
    assert writer.lag() == 0


def test_a_log_that_is_away_is_asked_again(writing, store, topic):
    topic.away = 3
    writing().put(0, run(20, 25))
    store.wait_for(0, 24)


def test_a_partition_that_comes_back_after_another_owner_is_carried_on_from_where_that_one_was(
    writing, store, topic
):
    writer = writing()
    writer.put(0, run(0, 5))
    store.wait_for(0, 4)
    writer.give_up()
    other = EventBatch(1, "events", 0, range(5, 30), range(25), [event(n) for n in range(5, 30)])
    store.write_events([other])
    store.write_archive_progress([ProgressRow(1, "events", 0, 29)])
    writer.put(0, Run(30, 30))
    writer.put(0, run(30, 33))
    store.wait_for(0, 32)
    assert topic.read == []


def test_what_waits_at_a_stop_is_written(store, topic):
    writer = ArchiveWriter(store, topic, SOURCE)
    writer.put(0, run(0, 5))
    writer.put(3, Run(0, 0))
    writer.start()
    writer.give_up()
    writer.stop(PATIENCE)
    assert store.written == [0, 1, 2, 3, 4]


def test_a_refusal_for_good_is_told(store, topic, logged_errors):
    told: list[BaseException] = []
    heard = threading.Event()

    def hear(problem: BaseException) -> None:
        told.append(problem)
        heard.set()

    store.refusal = SinkRejectedError("no such table")
    writer = ArchiveWriter(store, topic, SOURCE, on_failure=hear)
    writer.start()
    writer.put(0, run(0, 5))
    assert heard.wait(PATIENCE)
    writer.stop(PATIENCE)
    assert told == [store.refusal]
    assert logged_errors.pop().startswith("streams.sinks.archive_writer")


def test_a_run_that_does_not_follow_is_left_to_the_log():
    buffer = ArchiveBuffer(10**6)
    buffer.put(0, run(0, 5))
    buffer.put(0, run(7, 9))
    buffer.put(1, run(7, 9))
    assert {where: (one.first, one.end) for where, one in buffer.take().items()} == {0: (0, 5), 1: (7, 9)}
    assert buffer.ends() == {0: 9, 1: 9}
