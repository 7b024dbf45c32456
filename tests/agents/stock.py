"""Each override of Faust, how Faust does it without, and the test that must then fail.

    OVERRIDE_OFF=each .venv/bin/pytest tests/agents              every test without its own override
    OVERRIDE_OFF="stop waits" .venv/bin/pytest tests/agents      all tests without one of them

For tests only: no setting of the product reaches this. An override that is not here is named in docs/engine.md.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import faust
import pytest
from faust.transport.drivers.aiokafka import Consumer as StockConsumer

from streams.agents.engine import app as engine
from streams.agents.engine.app import EngineApp
from streams.agents.engine.consumer import BatchConsumer, Work
from streams.agents.engine.copies import Copies
from streams.agents.engine.producer import Outbox
from streams.agents.engine.store import PartitionStore
from streams.agents.stores.rocks_copies import RocksCopies

Patch = pytest.MonkeyPatch


class Override(NamedTuple):
    """What is put back, by which test it is missed, and the words (regex) in which that test fails."""

    name: str
    test: str
    put_back: Callable[[Patch], None]
    reason: str


def _positions(patch: Patch) -> None:
    """A message counts as done when its handler ended, however it ended (`streams.py:435`)."""
    working = BatchConsumer.working

    @contextmanager
    def acknowledging(self: BatchConsumer) -> Iterator[Work]:
        with working(self) as work:
            try:
                yield work
            finally:
                for tp in self.assignment():
                    if tp.topic in self._batch_topics:
                        work.done(tp, self._thread.position_now(tp))

    patch.setattr(BatchConsumer, "working", acknowledging)


def _failed_commits(patch: Patch) -> None:
    """Bookkeeping moves although the group refused (`consumer.py:1080`)."""
    patch.setattr(BatchConsumer, "_commit_offsets", StockConsumer._commit_offsets)


def _stop_waits(patch: Patch) -> None:
    """A stop cancels the agents in the middle of their batches."""
    patch.setattr(EngineApp, "on_stop", faust.App.on_stop)


def _given_up(patch: Patch) -> None:
    """What was begun before a revocation counts after it."""

    def note(self: BatchConsumer, tp: Any, position: int, revocations: int) -> None:
        self._positions[tp] = position

    patch.setattr(BatchConsumer, "note_done", note)


def _gaps(patch: Patch) -> None:
    """Recovery waits for the record at the end of a changelog."""
    patch.setattr(BatchConsumer, "_passed_gaps", lambda _: iter(()))


def _foreign_records(patch: Patch) -> None:
    """An exception while records are applied is logged as a warning, and recovery goes on waiting."""
    applied = PartitionStore.apply_changelog_batch

    def swallow(self: PartitionStore, batch: Any, to_key: Any, to_value: Any) -> None:
        with patch.context() as here:
            here.setattr(EngineApp, "fail", lambda *_: None)
            applied(self, batch, to_key, to_value)

    patch.setattr(PartitionStore, "apply_changelog_batch", swallow)


def _partitions_that_left(patch: Patch) -> None:
    """The memory store keeps the keys of partitions that left, if this worker wrote them (`stores/memory.py`)."""

    async def keep_all(self: PartitionStore, *_: Any) -> None:
        for copies in self._stores.held():
            copies.settle()

    patch.setattr(PartitionStore, "on_recovery_completed", keep_all)


def _awaited_sends(patch: Patch) -> None:
    """`flush` returns after a tenth of a second, whatever became of the records (`transport/producer.py:78`)."""

    async def flush(self: Outbox) -> None:
        await asyncio.wait(self._sent, timeout=0.1)

    patch.setattr(Outbox, "settle", flush)


def _bounded_queues(patch: Patch) -> None:
    """A stream holds as many messages as Faust's default, 4096, each of them a batch."""
    patch.setattr(engine, "QUEUED_BATCHES", faust.Settings(id="stock").stream_buffer_maxsize)


def _requirements(patch: Patch) -> None:
    """A worker starts without its topics: it joins the group, is given nothing and waits."""

    async def start(self: EngineApp) -> None:
        await faust.App.start(self)
        await self.stop()

    patch.setattr(EngineApp, "start", start)


def _owners(patch: Patch) -> None:
    """The last record under a key is all there is, whoever wrote it."""
    patch.setattr("tests.agents.test_copies.owned_key", lambda key, _: key)
    for copies in (Copies, RocksCopies):
        patch.setattr(copies, "claim", lambda *_: ())


OVERRIDES: Final = (
    Override(
        "positions",
        "test_a_batch_whose_handler_fails_is_not_committed_past_and_is_read_again",
        _positions,
        r"assert \[10\] == \[5\]",
    ),
    Override(
        "failed commits",
        "test_a_commit_that_the_group_refuses_leaves_the_bookkeeping_and_is_made_good",
        _failed_commits,
        r"assert 10 == None",
    ),
    Override(
        "stop waits",
        "test_a_stop_waits_for_the_batch_in_work_and_commits_it",
        _stop_waits,
        r"assert \[None\] == \[10\]",
    ),
    Override(
        "given up",
        "test_a_batch_that_ends_after_its_partition_was_given_up_counts_for_no_commit",
        _given_up,
        r"assert \{.*: 10\} == \{\}",
    ),
    Override(
        "gaps",
        "test_a_tombstone_deletes_and_a_changelog_may_end_with_an_offset_that_holds_no_record",
        _gaps,
        r"recovery does not end: it lacks 1\n",
    ),
    Override(
        "foreign records",
        "test_a_changelog_record_that_is_not_ours_stops_the_worker",
        _foreign_records,
        r"recovery does not end: it lacks 0\n",
    ),
    Override(
        "partitions that left",
        "test_a_partition_that_left_leaves_the_local_store",
        _partitions_that_left,
        r"assert \{'d:\d', 'd:\d'\} == \{'d:\d'\}",
    ),
    Override(
        "awaited sends",
        "test_an_outbox_raises_when_the_broker_refuses_a_record",
        _awaited_sends,
        r"DID NOT RAISE",
    ),
    Override(
        "bounded queues",
        "test_a_slow_agent_holds_a_bounded_number_of_batches_and_misses_none",
        _bounded_queues,
        r"the whole backlog waits for the agent",
    ),
    Override(
        "requirements",
        "test_a_topic_that_does_not_exist_is_named",
        _requirements,
        r"DID NOT RAISE",
    ),
    Override(
        "owners",
        "test_whatever_lives_overlap_and_whatever_is_compacted_nothing_of_the_last_owner_is_lost",
        _owners,
        r"AssertionError: assert \{'d:\d': b'",
    ),
)
