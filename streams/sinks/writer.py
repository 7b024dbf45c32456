"""The thread that owns the connection to the store: agents hand it absolute rows and never wait for it.

A failed insert is not repeated as it was: its rows go back under those that came meanwhile, and the next try
sends the newest of each. So an outage costs one row per key and day, however long it lasts, and no row is lost.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from streams.log import get_logger
from streams.sinks.delivery import Delivery, RowBuilder, Source
from streams.sinks.inbox import Batch, Inbox
from streams.sinks.port import SinkUnavailableError, SnapshotSink

log = get_logger(__name__)

FLUSH_SECONDS: Final = 1.0
FIRST_RETRY_SECONDS: Final = 0.2
LAST_RETRY_SECONDS: Final = 5.0

REST: Final = 1
"""After a long send the writer rests this many times as long, at most `LONGEST_REST_SECONDS`: it shares the interpreter
with the agents, and what changes again meanwhile need not be written twice."""
LONGEST_REST_SECONDS: Final = 2.0


class WriterStatus(NamedTuple):
    """What waits, and how the writer fares; `last_success` is a wall-clock second, None before the first."""

    waiting_scores: int
    waiting_dossiers: int
    available: bool
    retries: int
    last_success: float | None
    failure: BaseException | None


class SinkWriter(Inbox):
    """Writes what is put about once a second; see `Inbox` for how to put.

    Args:
        sink: the store; only this writer's thread calls it.
        builder: makes rows of stored states.
        source: where the rows come from.
        flush_seconds: time a row waits while the store answers and little is to be written.
        on_failure: called in the writer's thread when rows can never be written (SinkRejectedError or a fault
            of the program); the writer has ended, and putting raises SinkRejectedError.
        on_scored: called in the writer's thread with the moments (ms) up to which all scores are in by now, by
            partition of the partials.
    """

    def __init__(
        self,
        sink: SnapshotSink,
        builder: RowBuilder,
        source: Source,
        *,
        flush_seconds: float = FLUSH_SECONDS,
        on_failure: Callable[[BaseException], None] = lambda _: None,
        on_scored: Callable[[Mapping[int, int]], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._sink = sink
        self._builder = builder
        self._delivery = Delivery(sink, builder, source)
        self._flush_seconds = flush_seconds
        self._on_failure = on_failure
        self._on_scored = on_scored
        self._tries_failed = 0
        self._away_since = 0.0
        self._send_seconds = 0.0
        self._retries = 0
        self._last_success: float | None = None
        self._thread = threading.Thread(target=self._run, name="sink-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Write what waits, for about `timeout` seconds at most, and end; tell whether everything is in."""
        self.close(timeout)
        self._thread.join()
        return self.is_empty()

    def status(self) -> WriterStatus:
        """Tell what waits, and how the writer fares; for metrics and health."""
        scores, dossiers = self.size()
        available = self._tries_failed == 0 and self.failure is None
        return WriterStatus(scores, dossiers, available, self._retries, self._last_success, self.failure)

    def _run(self) -> None:
        try:
            while self.wait(self._pause(), eager=self._tries_failed == 0, least=self._least()):
                self._turn()
        except Exception as failure:
            log.exception("the writer stops: rows cannot be written")
            self.fail(failure)
            self._on_failure(failure)
        finally:
            self._sink.close()

    def _pause(self) -> float:
        if self._tries_failed == 0:
            return max(self._flush_seconds, self._rest())
        return float(min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (self._tries_failed - 1)))

    def _rest(self) -> float:
        return min(LONGEST_REST_SECONDS, REST * self._send_seconds)

    def _least(self) -> float:
        """Return the seconds between two turns although a clock has struck: under load, as many as without one."""
        return max(self._flush_seconds / 10, 2 * self._rest())

    def _turn(self) -> None:
        batch = self.take()
        if not batch:
            self._send_seconds = 0.0
            return
        began, clocks = time.monotonic(), dict(batch.waiting.clocks)
        try:
            self._recall(batch)
            self._leave_finals(batch)
            batch.reached = dict(batch.waiting.upto)
            self._delivery.send(batch.waiting)
        except SinkUnavailableError as away:
            self.put_back(batch)
            self._note_away(away)
        else:
            self._send_seconds = time.monotonic() - began
            self.settle(batch)
            self._note_written()
            self._on_scored(clocks)

    def _recall(self, batch: Batch) -> None:
        """Turn the resends of a batch into states that wait."""
        if not batch.resends:
            return
        stored = self._delivery.stored_progress()
        while batch.resends:
            partition, states, keys, upto = batch.resends[0]
            known = stored.get(partition, -1)
            held = ((key, states.get(key)) for key in keys)
            newer = {key: s for key, s in held if s is not None and self._builder.offset(s) > known}
            batch.waiting.add_older_states(partition, newer)
            batch.waiting.reach(partition, upto)
            del batch.resends[0]

    def _leave_finals(self, batch: Batch) -> None:
        """Write no final score again: what was published of a closed period stands, whatever became known since."""
        finals = batch.waiting.finals()
        if finals:
            reached = self._delivery.stored_clocks()
            batch.waiting.sent_scores(
                [each for each in finals if each.score.as_of <= reached.get(each.partition, -1)]
            )

    def _note_away(self, away: SinkUnavailableError) -> None:
        if self._tries_failed == 0:
            self._away_since = time.monotonic()
            scores, dossiers = self.size()
            log.warning("the store is away, rows wait", reason=str(away), scores=scores, dossiers=dossiers)
        else:
            self._retries += 1
        self._tries_failed += 1

    def _note_written(self) -> None:
        self._last_success = time.time()
        if self._tries_failed:
            log.info("the store is back", away_seconds=round(time.monotonic() - self._away_since, 1))
            self._retries += 1
        self._tries_failed = 0
