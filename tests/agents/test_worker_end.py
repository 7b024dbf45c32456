"""How a worker ends its own tasks."""

import asyncio

from streams.agents.worker import _end


def test_a_task_that_swallowed_its_cancellation_is_cancelled_again_until_it_ends():
    async def swallows_twice() -> None:
        for _ in range(2):
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                continue
        await asyncio.get_running_loop().create_future()

    async def run() -> None:
        task = asyncio.create_task(swallows_twice())
        await asyncio.sleep(0)
        await _end(task)
        assert task.cancelled()

    asyncio.run(run())
