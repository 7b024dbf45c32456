"""Batches of one partition are done in order, those of others meanwhile, and not more than there is room for."""

import asyncio

from streams.agents.lanes import Lanes


class Work:
    """Batches that end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.may_end: dict[str, asyncio.Event] = {}

    def batch(self, name: str):
        self.may_end[name] = asyncio.Event()

        async def work() -> None:
            self.begun.append(name)
            await self.may_end[name].wait()
            self.ended.append(name)

        return work


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def _two_partitions() -> Work:
    lanes, work = Lanes(4), Work()
    for number, name in ((0, "0a"), (0, "0b"), (1, "1a")):
        await lanes.room()
        lanes.put(number, work.batch(name))
    await settled()
    assert work.begun == ["0a", "1a"], "the second of a partition waits for the first"
    work.may_end["1a"].set()
    work.may_end["0b"].set()
    await settled()
    assert work.ended == ["1a"]
    work.may_end["0a"].set()
    await settled()
    assert not lanes.under_way()
    return work


def test_batches_of_a_partition_follow_each_other_while_another_partition_goes_on():
    assert asyncio.run(_two_partitions()).ended == ["1a", "0a", "0b"]


async def _full() -> None:
    lanes, work = Lanes(2), Work()
    for number in range(2):
        await lanes.room()
        lanes.put(number, work.batch(str(number)))
    waiting = asyncio.create_task(lanes.room())
    await settled()
    assert not waiting.done()
    work.may_end["1"].set()
    await settled()
    assert waiting.done()
    assert work.ended == ["1"]
    for task in lanes.under_way():
        task.cancel()


def test_a_batch_more_than_there_is_room_for_waits_until_one_is_done():
    asyncio.run(_full())


async def _broken_lane() -> list[str]:
    lanes, done = Lanes(2), []

    async def fails() -> None:
        raise RuntimeError("a fault of the program")

    async def works() -> None:
        done.append("next")

    lanes.put(0, fails)
    lanes.put(0, works)
    tasks = lanes.under_way()
    await asyncio.gather(*tasks, return_exceptions=True)
    return done


def test_a_lane_is_free_again_whatever_happened_in_it():
    assert asyncio.run(_broken_lane()) == ["next"]
