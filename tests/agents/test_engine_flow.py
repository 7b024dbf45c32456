"""Batches in, a bounded number waiting, no partition starved."""

import asyncio
from typing import Any

from faust.types import TP

from streams.agents.engine.app import QUEUED_BATCHES
from tests.agents.engine_probe import PATIENCE, Ground, Probe, running


def test_a_slow_agent_holds_a_bounded_number_of_batches_and_misses_none(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([2000])
        may_work = asyncio.Event()

        async def wait(probe: Probe, partition: int, records: list[Any]) -> None:
            await may_work.wait()

        worker = Probe(ground, tmp_path, wait, batch_max=10)
        full = worker.app.monitor.topic_buffer_full
        async with running(worker):
            read = worker.app.batches._read_offset
            async with asyncio.timeout(PATIENCE):
                while not full and read[TP(ground.topic, 0)] != 1999:  # noqa: ASYNC110  (nobody tells of a read)
                    await asyncio.sleep(0.05)
            assert full, "the whole backlog waits for the agent"
            may_work.set()
            await worker.until(lambda: worker.done == {0: 2000})
        assert worker.given == [(0, offset) for offset in range(2000)]
        assert max(worker.batches) <= 10
        assert QUEUED_BATCHES // 2 <= worker.deepest <= QUEUED_BATCHES

    asyncio.run(scenario())


def test_a_partition_with_a_deep_backlog_does_not_starve_another(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        await ground.fill([20_000, 1], size=400)
        worker = Probe(ground, tmp_path)
        async with running(worker):
            await worker.until(lambda: worker.done == {0: 20_000, 1: 1})
        assert worker.given.index((1, 0)) < 10_000

    asyncio.run(scenario())
