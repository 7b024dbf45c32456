"""The thread that keeps the archive of events in ClickHouse: what agents hand over, and what the log has besides.

The archive follows the log. By partition it knows how far it is; a run that begins there is written as it was handed
over, and whatever lies between - events that did not fit during an outage, those of a worker that was killed, those
from before there was an archive - is read from the topic again. So no event is lost, memory is bounded, and the
archive may lag for as long as the topic keeps its events.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from streams.log import get_logger
from streams.sinks.archive_buffer import ArchiveBuffer, Run
from streams.sinks.delivery import Source
from streams.sinks.port import ArchiveSink, SinkUnavailableError
from streams.sinks.rows import EventBatch, ProgressRow

log = get_logger(__name__)

LIMIT_BYTES: Final = 64 * 1024 * 1024
FLUSH_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 5.0
REST: Final = 2
"""After a piece read from the log the thread rests this many times as long: the agents need the interpreter more."""


class LogUnavailableError(Exception):
    """The log cannot be read now."""


class SourceLog(Protocol):
    """The topic of events, read by place."""

    def runs(self, partition: int, first: int, end: int) -> Iterator[Run]:
        """Give every well-formed event but ticks from offset `first` up to `end`, in pieces that follow each other.

        Raises LogUnavailableError.
        """

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""


class ArchiveWriter:
    """Writes what is put about once a second, and catches up from the log where something is missing.

    Args:
        sink: the archive; only this writer's thread calls it.
        source_log: the topic; only this writer's thread calls it.
        source: epoch and topic that the events come from.
        limit: most bytes of events that wait in memory.
        on_failure: called in the writer's thread when events can never be written.
    """

    def __init__(
        self,
        sink: ArchiveSink,
        source_log: SourceLog,
        source: Source,
        *,
        limit: int = LIMIT_BYTES,
        on_failure: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._sink = sink
        self._log = source_log
        self._source = source
        self._on_failure = on_failure
        self._buffer = ArchiveBuffer(limit)
        self._hand: dict[int, Run] = {}
        self._positions: dict[int, int] = {}
        self._generation = -1
        self._is_away = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)

    # ---------------------------------------------------------------- agents

    def put(self, partition: int, run: Run) -> None:
        """Archive the events of a batch; an empty run says only how far the partition is. Never blocks."""
        self._buffer.put(partition, run)

    def give_up(self) -> None:
        """Note that partitions are given up: others may carry the archive on from now."""
        self._buffer.give_up()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Write what is at hand, for about `timeout` seconds at most; the rest is read from the log next time."""
        self._closing.set()
        self._thread.join(timeout)

    def lag(self) -> int:
        """Count the events that are done and not archived yet."""
        positions = dict(self._positions)
        return sum(max(0, end - positions.get(where, 0)) for where, end in self._buffer.ends().items())

    # ---------------------------------------------------------------- thread

    def _run(self) -> None:
        try:
            while not self._closing.wait(RETRY_SECONDS if self._is_away else FLUSH_SECONDS):
                self._turn()
            while not self._is_away and (self._hand or self._buffer.is_waiting):
                self._turn()
        except Exception as failure:
            log.exception("the archive stops: events cannot be written")
            self._on_failure(failure)
        finally:
            self._log.close()
            self._sink.close()

    def _turn(self) -> None:
        """Write everything that waits; what is left after an error is tried again in the next turn."""
        try:
            self._know_positions()
            self._hand = self._hand or self._buffer.take()
            for partition, run in self._hand.items():
                self._catch_up(partition, run.first)
            self._write({where: run for where, run in self._hand.items() if self._follows(where, run)})
            self._hand = {}
        except (SinkUnavailableError, LogUnavailableError) as away:
            if not self._is_away:
                log.warning("the archive waits; the topic keeps what is missing", reason=str(away))
            self._is_away = True
        else:
            self._is_away = False

    def _know_positions(self) -> None:
        """Ask how far the archive is whenever the partitions of this worker may have changed."""
        generation = self._buffer.generation
        if generation != self._generation:
            stored = self._sink.read_archive_progress(self._source.epoch, self._source.topic)
            self._positions = {partition: offset + 1 for partition, offset in stored.items()}
            self._generation = generation

    def _follows(self, partition: int, run: Run) -> bool:
        return run.first <= self._positions.get(partition, 0)

    def _catch_up(self, partition: int, end: int) -> None:
        """Archive from the log what lies between the archive's end and what was handed over."""
        first = self._positions.get(partition, 0)
        if first >= end or self._closing.is_set():
            return
        log.info("the archive catches up from the topic", partition=partition, first=first, end=end)
        began = time.monotonic()
        for run in self._log.runs(partition, first, end):
            self._write({partition: run})
            if self._closing.wait(REST * (time.monotonic() - began)):
                return
            began = time.monotonic()

    def _write(self, runs: dict[int, Run]) -> None:
        """Write runs that follow the archive's end, then say that they are in."""
        epoch, topic, _ = self._source
        new = {
            partition: run.after(self._positions.get(partition, 0))
            for partition, run in runs.items()
            if run.end > self._positions.get(partition, 0)
        }
        self._sink.write_events(
            [
                EventBatch(epoch, topic, partition, run.offsets, run.appended_at, run.events)
                for partition, run in new.items()
            ]
        )
        self._sink.write_archive_progress(
            [ProgressRow(epoch, topic, partition, run.end - 1) for partition, run in new.items()]
        )
        self._positions.update({partition: run.end for partition, run in new.items()})
