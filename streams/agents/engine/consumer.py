"""A consumer that hands over batches and commits one position per partition.

Replaces in Faust 0.15.3: the per-message acks and gap arithmetic (commits pass in-flight messages, `consumer.py:1140`),
acks forgotten before the commit at revocation (`:659`), bookkeeping that advances although the commit failed (`:1080`),
partitions that resume before the seek after recovery (`tables/recovery.py:649`), and about 90 µs of work per message.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from faust.transport.consumer import ensure_TPset
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message

from streams.agents.engine.thread import BatchConsumerThread, nothing_at


class Work(NamedTuple):
    """A batch in work."""

    consumer: "BatchConsumer"
    revocations: int

    def done(self, tp: TP, position: int) -> None:
        """Say that everything before `position` is wholly done: its changelog records are acknowledged.

        It counts for the commit only if no revocation was over before: the next owner does the batch again.
        """
        self.consumer.note_done(tp, position, self.revocations)


class BatchConsumer(driver.Consumer):
    """Faust's consumer, with our own batches, positions and order of steps after a rebalance.

    `polled_at` is when the last poll ended, in seconds of the monotonic clock.
    """

    _thread: BatchConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._positions: dict[TP, int] = {}
        self._waiting_sources: set[TP] = set()
        self.polled_at = time.monotonic()
        self._sought = False
        self._in_work = 0
        self._revocations = 0
        self._idle = asyncio.Event()
        self._idle.set()
        super().__init__(*args, **kwargs)
        engine: Any = self.app
        self._batch_topics: set[str] = engine.batch_topics
        self._patience: float = engine.patience

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # --------------------------------------------------------------- reading

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  (Faust's signature)
        """Yield one message per partition and poll for batch topics and changelogs; other topics message by message.

        What arrives while the flow is stopped is dropped: every partition is sought before the flow starts again.
        """
        records, _ = await self._wait_next_records(timeout)
        self.polled_at = time.monotonic()
        generation = self.app.consumer_generation_id
        if records is None:
            return
        if not records and self.app.in_recovery:
            for tp, message in self._passed_gaps():
                yield tp, message
        for tp, batch in records.items():
            for message in self._messages(tp, batch):
                if self.should_stop or not self.flow_active or self.app.consumer_generation_id != generation:
                    return
                if tp not in self._paused_partitions:
                    yield tp, message
            self._read_offset[tp] = batch[-1].offset

    def _messages(self, tp: TP, batch: list[Any]) -> Iterator[Message]:
        """Wrap a poll's records: a batch of events is known by its first offset, one of a changelog by its last."""
        if tp.topic in self._batch_topics:
            yield self._batch_message(tp, batch, batch[0])
        elif self._is_changelog_tp(tp):
            yield self._batch_message(tp, batch, batch[-1])
        else:
            for record in batch:
                yield self._to_message(tp, record)

    def _passed_gaps(self) -> Iterator[tuple[TP, Message]]:
        """Give empty batches for changelogs whose last offsets hold no record (markers of transactions).

        Faust waits for the record at the end of a changelog, and for ever if there is none.
        """
        for tp in tuple(self._active_partitions):
            last = self._thread.position_now(tp) - 1
            if self._is_changelog_tp(tp) and last > (self._read_offset[tp] or 0):
                yield tp, self._batch_message(tp, [], nothing_at(tp, last))
                self._read_offset[tp] = last

    def _batch_message(self, tp: TP, batch: list[Any], known_by: Any) -> Message:
        message: Message = self._to_message(tp, known_by)
        message.value = batch  # type: ignore[assignment]  # the value of a batch topic is its list of records
        return message

    def on_buffer_drop(self, tp: TP) -> None:
        """Fetch a partition again when its buffer has room, unless it is paused: it may be before its seek."""
        if tp in self._paused_partitions:
            self._buffered_partitions.discard(tp)
        else:
            super().on_buffer_drop(tp)

    # ------------------------------------------------------------- positions

    @contextmanager
    def working(self) -> Iterator["Work"]:
        """Mark that a batch is in work: a revocation and a stop wait for it."""
        self._in_work += 1
        self._idle.clear()
        try:
            yield Work(self, self._revocations)
        finally:
            self._in_work -= 1
            if not self._in_work:
                self._idle.set()

    def note_done(self, tp: TP, position: int, revocations: int) -> None:
        """Take the position of a batch that was begun after so many revocations; one given up since counts nothing."""
        if revocations == self._revocations:
            self._positions[tp] = position

    def progress(self) -> tuple[dict[TP, int], dict[TP, int | None]]:
        """Return how far the work is done and how far it is committed, by partition."""
        return dict(self._positions), dict(self._committed_offset)

    def held(self, topic: str) -> int:
        """Count the partitions of a topic that are ours."""
        return sum(tp.topic == topic for tp in self.assignment())

    def end_of(self, tp: TP) -> int | None:
        """Return the offset after the last record there was at the last fetch, None before the first one."""
        return self._thread.end_now(tp)

    def waiting(self, topic: str) -> dict[int, int]:
        """Return how many records of a topic are there and not done, by partition that has been fetched."""
        found = {}
        for tp in self.assignment():
            end = self._thread.end_now(tp) if tp.topic == topic else None
            if end is not None:
                done = self._positions.get(tp) or self._committed_offset.get(tp) or 0
                found[tp.partition] = max(0, end - done)
        return found

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in tuple(self._positions) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        return self._positions.get(tp)

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        del start_new_transaction
        assigned = self.assignment()
        mine = {tp: offset for tp, offset in offsets.items() if tp in assigned}
        if not mine or not await self._commit(mine):
            return False
        self._committed_offset.update(mine)
        self.app.monitor.on_tp_commit(mine)
        return True

    async def finish(self) -> None:
        """Let the batches in work end and commit what is done, each with limited patience; flow must be stopped."""
        await self._patiently(self._idle.wait(), "a batch is still in work; its next owner reads it again")
        await self._patiently(
            self._commit_all(), "the last commit is not answered; its next owner repeats some work"
        )

    async def _commit_all(self) -> None:
        """Commit, after a commit under way that may not know the newest positions."""
        await self.maybe_wait_for_commit_to_finish()
        await self.commit()

    async def _patiently(self, awaited: Awaitable[Any], otherwise: str) -> None:
        try:
            await asyncio.wait_for(awaited, self._patience)
        except TimeoutError:
            self.log.warning(otherwise)

    async def on_stop(self) -> None:
        """Commit what is done, without waiting for ever for a broker that is gone."""
        await self.finish()
        transport: Any = self.transport
        transport._topic_waiters.clear()  # noqa: SLF001  (the one other thing that the driver does here)

    # ------------------------------------------------------------- rebalance

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Take no new batch, finish the one in work and commit it, before anything is forgotten."""
        self.stop_flow()
        self.app.flow_control.suspend()
        self.app.flow_control.clear()
        await self.finish()
        self._revocations += 1
        self._positions.clear()
        self._buffered_partitions.clear()
        self._waiting_sources.clear()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Fetch nothing of a new assignment before Faust has recovered and sought it."""
        self.stop_flow()
        self.pause_partitions(assigned)
        self._sought = False
        await super().on_partitions_assigned(assigned, generation_id)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Resume fetching; sources after a rebalance only at its end (`resume_sources`)."""
        wanted = ensure_TPset(tps)
        if self.app.rebalancing:
            sources = {tp for tp in wanted if not self._is_changelog_tp(tp)}
            self._waiting_sources |= sources
            wanted -= sources
        super().resume_partitions(wanted)

    async def perform_seek(self) -> None:
        """Seek every source to its committed position, else to its beginning; remember that it was done."""
        committed = await self.seek_to_committed()
        fresh = [tp for tp, offset in committed.items() if not offset and not self._is_changelog_tp(tp)]
        if fresh:
            await self._thread.seek_to_beginning(*fresh)
        self._read_offset.update({tp: offset or None for tp, offset in committed.items()})
        self._committed_offset.update({tp: offset or None for tp, offset in committed.items()})
        self._sought = True

    def resume_sources(self) -> None:
        """Resume what waited for the end of the rebalance: recovered, sought, and after Faust cleared all queues.

        Raises RuntimeError if the seek was given up (Faust goes on after `broker_request_timeout`).
        """
        waiting, self._waiting_sources = self._waiting_sources, set()
        if waiting and not self._sought:
            raise RuntimeError("the committed positions could not be read in time")
        super().resume_partitions(waiting)
