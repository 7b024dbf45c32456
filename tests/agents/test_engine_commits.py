"""The commit position: exactly the last batch that was wholly done, at every moment at which it can be asked."""

import asyncio
from typing import Any

from streams.agents.engine.consumer import BatchConsumer
from tests.agents.engine_probe import Ground, Probe, running


async def _fail_at_five(probe: Probe, partition: int, records: list[Any]) -> None:
    if any(record.offset == 5 for record in records):
        raise ValueError("the handler cannot do this batch")


def test_a_batch_whose_handler_fails_is_not_committed_past_and_is_read_again(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])
        first = Probe(ground, tmp_path, _fail_at_five, batch_max=5)
        async with running(first):
            await first.until(lambda: first.failure is not None)
        assert await ground.committed() == [5]
        second = Probe(ground, tmp_path, batch_max=5)
        async with running(second):
            await second.until(lambda: len(second.given) == 5)
            assert second.given == [(0, offset) for offset in range(5, 10)]

    asyncio.run(scenario())


def test_the_offset_committed_at_a_stop_is_the_end_of_the_last_done_batch(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        await ground.fill([300, 300])
        worker = Probe(ground, tmp_path, batch_max=7)
        async with running(worker):
            await worker.until(lambda: len(worker.given) > 200)
        assert await ground.committed() == [worker.done.get(0), worker.done.get(1)]

    asyncio.run(scenario())


def test_a_stop_in_mid_batch_commits_nothing_of_it(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])

        async def never_ends_after_the_first(probe: Probe, partition: int, records: list[Any]) -> None:
            if records[0].offset >= 5:
                await asyncio.Event().wait()

        first = Probe(ground, tmp_path, never_ends_after_the_first, batch_max=5, patience=0.2)
        async with running(first):
            await first.until(lambda: len(first.given) == 10)
        assert await ground.committed() == [5]

    asyncio.run(scenario())


def test_a_stop_waits_for_the_batch_in_work_and_commits_it(broker, tmp_path, monkeypatch):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])
        waited_for = asyncio.Event()
        finish = BatchConsumer.finish

        async def end_the_batch(consumer: BatchConsumer) -> None:
            waited_for.set()
            await finish(consumer)

        async def ends_when_waited_for(probe: Probe, partition: int, records: list[Any]) -> None:
            await waited_for.wait()

        worker = Probe(ground, tmp_path, ends_when_waited_for)
        async with running(worker):
            await worker.until(lambda: len(worker.given) == 10)
            monkeypatch.setattr(BatchConsumer, "finish", end_the_batch)
        assert await ground.committed() == [10]

    asyncio.run(scenario())


def test_a_commit_that_the_group_refuses_leaves_the_bookkeeping_and_is_made_good(
    broker, tmp_path, logged_errors
):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        worker = Probe(ground, tmp_path)
        async with running(worker):
            consumer = worker.app.batches
            consumer.commit_interval = 3600.0
            await ground.fill([10])
            await worker.until(lambda: worker.done == {0: 10})
            (tp,) = (tp for tp in consumer.assignment() if tp.topic == ground.topic)
            before = consumer._committed_offset[tp]
            consumer._thread._consumer._coordinator.generation += 1
            assert not await consumer.force_commit()
            assert consumer._committed_offset[tp] == before
            await worker.until(lambda: len(worker.given) == 20 and worker.done == {0: 10})
        assert await ground.committed() == [10]
        assert all("will rejoin" in line for line in logged_errors)
        logged_errors.clear()

    asyncio.run(scenario())
