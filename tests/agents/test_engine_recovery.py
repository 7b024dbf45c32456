"""Recovery: the changelog alone gives back what was written, whole, before any source record is read."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer

from tests.agents.engine_probe import Ground, Probe, running


async def _keep(probe: Probe, partition: int, records: list[Any]) -> None:
    """Write one state per record, next to the changelog, as the dossier agent does."""
    states = {f"d:{record.offset % 700}": f"{partition}/{record.offset}".encode() for record in records}
    outbox = probe.producer.outbox()
    await outbox.send_states(probe.ground.changelog, partition, states)
    await outbox.settle()
    probe.table.copies(partition).write(states)


async def _append(ground: Ground, records: list[tuple[bytes | None, bytes | None]], **settings: Any) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=ground.bootstrap, **settings)
    await producer.start()
    for key, value in records:
        await producer.send_and_wait(ground.changelog, value, key=key, partition=0)
    await producer.stop()


def test_a_restart_recovers_what_was_written_before_it_reads_each_new_record_once(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        await ground.fill([2000, 1000])
        first = Probe(ground, tmp_path, _keep)
        async with running(first):
            await first.until(lambda: first.done == {0: 2000, 1: 1000})
            written = {number: dict(first.table.part(number)) for number in (0, 1)}
        await ground.fill([300, 300])
        found: dict[int, dict[str, bytes]] = {}

        async def look(probe: Probe, partition: int, records: list[Any]) -> None:
            found.setdefault(partition, dict(probe.table.part(partition)))

        second = Probe(ground, tmp_path, look)
        async with running(second):
            await second.until(lambda: second.done == {0: 2300, 1: 1300})
        assert found == written
        assert second.unready == 0
        expected = {(0, offset) for offset in range(2000, 2300)} | {
            (1, offset) for offset in range(1000, 1300)
        }
        assert len(second.given) == len(expected)
        assert set(second.given) == expected

    asyncio.run(scenario())


def test_a_tombstone_deletes_and_a_changelog_may_end_with_an_offset_that_holds_no_record(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([1])
        await _append(
            ground, [(b"d:1", b"one"), (b"d:2", b"two"), (b"d:3", b""), (b"d:1", None), (b"d:3", b"three")]
        )
        producer = AIOKafkaProducer(bootstrap_servers=broker, transactional_id=ground.group)
        await producer.start()
        async with producer.transaction():
            await producer.send(ground.changelog, b"four", key=b"d:4", partition=0)
        await producer.stop()
        while await ground.length(ground.changelog) < 5 + 1 + 1:
            """The marker of the transaction is on its way to the end of the changelog."""
        worker = Probe(ground, tmp_path)
        async with running(worker):
            await worker.until(lambda: worker.done == {0: 1})
            assert worker.table.part(0) == {"d:2": b"two", "d:3": b"three", "d:4": b"four"}

    asyncio.run(scenario())


def test_a_changelog_record_that_is_not_ours_stops_the_worker(broker, tmp_path, logged_errors):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([1])
        await _append(ground, [(b"d:1", b"one"), (b"\xff", b"no text"), (b"d:2", b"two")])
        worker = Probe(ground, tmp_path)
        async with running(worker):
            await asyncio.wait_for(worker.app.wait_until_stopped(), 10.0)
            assert "is not ours" in str(worker.app.crash_reason)
            assert worker.given == []

    asyncio.run(scenario())
    assert all("is not ours" in line for line in logged_errors)
    logged_errors.clear()
