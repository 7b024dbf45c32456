"""Partitions come and go: nothing is read before its turn, nothing twice that was done."""

import asyncio
from typing import Any

from tests.agents.engine_probe import Ground, Probe, running


def test_workers_that_join_and_leave_in_good_order_repeat_at_most_the_batch_in_work(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 4)
        await ground.create()
        await ground.fill([1200] * 4)
        going_on = asyncio.Event()

        async def waits_a_little(probe: Probe, partition: int, records: list[Any]) -> None:
            if len(probe.given) > 800:
                await going_on.wait()

        stays, visits = (
            Probe(ground, tmp_path, waits_a_little, batch_max=20),
            Probe(ground, tmp_path, batch_max=20),
        )
        async with running(stays):
            await stays.until(lambda: len(stays.given) > 800)
            await visits.producer.start()
            await visits.app.start()
            going_on.set()
            await visits.until(lambda: len(visits.given) > 300)
            await visits.stop()
            await stays.until(
                lambda: stays.owned() == {0, 1, 2, 3} and _together(stays, visits) == set(range(1200))
            )
            await stays.until(lambda: stays.committed() == dict.fromkeys(range(4), 1200))
        given = stays.given + visits.given
        assert len(given) - len(set(given)) <= 2 * 4 * 20
        assert stays.unready == visits.unready == 0
        assert await ground.committed() == [1200] * 4

    asyncio.run(scenario())


def _together(*probes: Probe) -> set[int]:
    given = {record for probe in probes for record in probe.given}
    return set.intersection(*({offset for number, offset in given if number == p} for p in range(4)))


def test_a_partition_that_left_leaves_the_local_store(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        await ground.fill([50, 50])

        async def keep(probe: Probe, partition: int, records: list[Any]) -> None:
            states = {f"d:{partition}-{record.offset}": b"state" for record in records}
            outbox = probe.producer.outbox()
            await outbox.send_states(probe.ground.changelog, partition, states)
            await outbox.settle()
            probe.table.copies(partition).write(states)

        first, second = Probe(ground, tmp_path, keep), Probe(ground, tmp_path, keep)
        async with running(first):
            await first.until(lambda: first.committed() == {0: 50, 1: 50})
            assert len(first.table) == 100
            async with running(second):
                await ground.fill([1, 1])
                await first.until(lambda: len(first.owned()) == 1 and first.done.get(*first.owned()) == 51)
                (kept,), (given_up,) = first.owned(), second.owned()
                await second.until(lambda: second.done == {given_up: 51})
                assert {key.split("-")[0] for key in first.table} == {f"d:{kept}"}
                assert {key.split("-")[0] for key in second.table} == {f"d:{given_up}"}
                assert len(first.table) == len(second.table) == 51

    asyncio.run(scenario())


def test_a_worker_without_partitions_recovers_the_one_it_gets_before_it_reads(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([50])

        async def keep(probe: Probe, partition: int, records: list[Any]) -> None:
            states = {f"d:{record.offset}": b"state" for record in records}
            outbox = probe.producer.outbox()
            await outbox.send_states(probe.ground.changelog, partition, states)
            await outbox.settle()
            probe.table.copies(partition).write(states)

        first, second = Probe(ground, tmp_path, keep), Probe(ground, tmp_path, keep)
        async with running(first):
            await first.until(lambda: first.committed() == {0: 50})
            async with running(second):
                await second.until(lambda: second.rebalanced == 1)
                await first.until(lambda: first.rebalanced == 2)
                owner, idle = (first, second) if first.owned() else (second, first)
                await ground.fill([50])
                await owner.until(lambda: owner.done == {0: 100})
                await owner.stop()
                given_before = len(idle.given)
                await ground.fill([50])
                await idle.until(lambda: idle.done == {0: 150})
                assert idle.given[given_before:] == [(0, offset) for offset in range(100, 150)]
                assert len(idle.table) == 150
                assert idle.unready == 0

    asyncio.run(scenario())


def test_a_batch_that_ends_after_its_partition_was_given_up_counts_for_no_commit(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])
        gates = [asyncio.Event() for _ in range(3)]

        async def waits(probe: Probe, partition: int, records: list[Any]) -> None:
            await gates[len(probe.batches) - 1].wait()

        slow = Probe(ground, tmp_path, waits, patience=0.3)
        other = Probe(ground, tmp_path, waits, patience=0.3)
        async with running(slow):
            await slow.until(lambda: slow.given != [])
            async with running(other):
                await slow.until(lambda: slow.rebalanced == 2)
                gates[0].set()
                await slow.until(lambda: slow.done == {0: 10})
                assert slow.app.batches.progress()[0] == {}
                for gate in gates:
                    gate.set()

    asyncio.run(scenario())
