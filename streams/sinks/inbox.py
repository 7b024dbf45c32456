"""Where agents put rows and the writer takes them; safe for threads, never blocks the one who puts."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from streams.sinks.port import SinkRejectedError
from streams.sinks.rows import IndicatorsRow, ReferenceRow, ScoreRow
from streams.sinks.waiting import Snapshot, Waiting

CLOCKS_SECONDS: Final = 0.05
"""After a clock the writer's turn comes so soon: the other partitions strike the same moment meanwhile."""


MOST_HELD: Final = 250_000
"""Dossiers and petitions held at most: some ten seconds' work of the writer."""


class Resend(NamedTuple):
    """Stored states of a source partition whose rows may not be in; they know events up to offset `upto`."""

    partition: int
    states: Mapping[str, bytes]
    keys: Sequence[str]
    upto: int


@dataclass
class Batch:
    """What the writer took: it settles the first `puts` puts once all of it is in, `reached` by partition."""

    puts: int = 0
    waiting: Waiting = field(default_factory=Waiting)
    resends: list[Resend] = field(default_factory=list)
    reached: dict[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.resends)


class Inbox:
    """One for a writer; every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = Batch()
        self._taken = (0, 0)
        self._settled = 0
        self._written: dict[int, int] = {}
        self._urgent = False
        self._struck_at: float | None = None
        self._closing_at: float | None = None
        self._failure: BaseException | None = None
        self._is_holding = False

    def put_scores(self, partition: int, score: ScoreRow, indicators: IndicatorsRow) -> None:
        """Write the snapshot of a unit and period, unless a newer one comes before its turn.

        A final one is not written again if the store has the scores of its partition of the partials up to its moment.
        """
        with self._putting() as batch:
            batch.waiting.add_score(Snapshot(score, indicators, partition))

    def put_reference(self, rows: Iterable[ReferenceRow]) -> None:
        """Write what the reference topic says."""
        with self._putting() as batch:
            batch.waiting.add_reference(rows)

    def put_clock(self, partition: int, as_of: int) -> None:
        """Say that every score of a partition of the partials up to `as_of` (ms) has been put.

        An eager writer takes its next turn soon: what is wanted of a score is that it is seen.
        """
        with self._putting() as batch:
            batch.waiting.strike(partition, as_of)
            if self._struck_at is None:
                self._struck_at = time.monotonic()
                self._changed.notify_all()

    def put_states(self, partition: int, states: Mapping[str, bytes], upto: int) -> None:
        """Write the rows of changed states; all of the partition's up to offset `upto` have then been put."""
        with self._putting() as batch:
            batch.waiting.add_states(partition, states)
            batch.waiting.reach(partition, upto)

    def resend(self, partition: int, states: Mapping[str, bytes], keys: Iterable[str], upto: int) -> None:
        """Write those of the stored states that the store may not have, after a restart or a rebalance.

        `states` is read later, in the writer's thread: give the live table. Call it before the first
        `put_states` of the partition's new life.
        """
        with self._putting() as batch:
            batch.resends.append(Resend(partition, states, list(keys), upto))

    def hold(self, is_holding: bool) -> None:
        """Let states wait, up to `MOST_HELD`, or no longer: they change again while a backlog is read."""
        with self._changed:
            self._is_holding = is_holding

    def wait(self, seconds: float, *, eager: bool, least: float = 0.0) -> bool:
        """Wait for the writer's next turn; False once it should end: closed, and nothing or no time left.

        An eager writer is woken by a `flush`, and by a clock after `least` seconds; one that backs off only by `close`.
        """
        with self._changed:
            begun = time.monotonic()
            while self._closing_at is None or not eager:
                until = begun + seconds
                if eager and self._struck_at is not None:
                    until = min(until, max(begun + least, self._struck_at + CLOCKS_SECONDS))
                left = min(until, self._closing_at or until) - time.monotonic()
                if left <= 0 or (eager and self._urgent):
                    break
                self._changed.wait(left)
            if self._closing_at is None:
                return True
            return bool(self._next) and time.monotonic() < self._closing_at

    def take(self) -> Batch:
        """Take everything that waits; while states are held, only the rest, by which no put is settled."""
        with self._changed:
            if self._holds():
                batch = Batch(self._settled, self._next.waiting.without_states())
            else:
                batch, self._next = self._next, Batch(self._next.puts)
            self._taken = _size(batch)
            self._urgent = False
            self._struck_at = None
            return batch

    def _holds(self) -> bool:
        is_pressed = self._urgent or self._closing_at is not None
        return self._is_holding and not is_pressed and self._next.waiting.dossiers < MOST_HELD

    def put_back(self, batch: Batch) -> None:
        """Take back what is left of a batch; what came since then is newer and stays."""
        with self._changed:
            self._next.waiting.put_back(batch.waiting)
            self._next.resends[:0] = batch.resends
            self._taken = (0, 0)

    def settle(self, batch: Batch) -> None:
        """Note that a batch is in."""
        with self._changed:
            self._settled = batch.puts
            self._written.update(batch.reached)
            self._taken = (0, 0)
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until everything put before this call is in; tell whether it is after `timeout` seconds."""
        with self._changed:
            target = self._next.puts
            self._urgent = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._settled >= target or self._failure is not None, timeout)
            return self._settled >= target

    def close(self, timeout: float) -> None:
        """Give the writer `timeout` seconds to write what waits, then it ends."""
        with self._changed:
            self._closing_at = time.monotonic() + timeout
            self._changed.notify_all()

    def fail(self, failure: BaseException) -> None:
        """Refuse everything from now on."""
        with self._changed:
            self._failure = failure
            self._changed.notify_all()

    def written(self, partition: int) -> int:
        """Return the offset up to which every row of a source partition is in, as far as this writer knows; else -1."""
        with self._changed:
            return self._written.get(partition, -1)

    def size(self) -> tuple[int, int]:
        """Count the scores and the dossiers not known to be in; an upper bound while a batch is sent."""
        with self._changed:
            scores, dossiers = _size(self._next)
            return scores + self._taken[0], dossiers + self._taken[1]

    def is_empty(self) -> bool:
        """Tell whether everything ever put is in."""
        with self._changed:
            return self._settled == self._next.puts

    @property
    def failure(self) -> BaseException | None:
        """Why nothing can be put any more."""
        return self._failure

    @contextmanager
    def _putting(self) -> Iterator[Batch]:
        with self._changed:
            if self._failure is not None:
                raise SinkRejectedError("the writer has stopped") from self._failure
            self._next.puts += 1
            yield self._next


def _size(batch: Batch) -> tuple[int, int]:
    return len(batch.waiting.scores), batch.waiting.dossiers
