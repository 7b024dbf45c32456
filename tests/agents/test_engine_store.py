"""A store that outlives its process: recovery reads what it does not know, and ends with what the changelog says."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from rocksdict import WriteBatch

from streams.agents.engine.copies import owned_key
from streams.agents.stores.opening import open_stores
from streams.agents.stores.rocks import RocksStores
from streams.settings import Settings
from tests.agents.engine_probe import Ground, Probe, newest, running

PARTITION, OWNER = 0, 1


class CountingStores(RocksStores):
    """A store that counts the entries that are written to it."""

    def __init__(self, root: Path, identity: str | None = "changelog-1") -> None:
        super().__init__(root, identity, newest)
        self.written = 0

    def write(self, batch: WriteBatch) -> None:
        self.written += batch.len()
        super().write(batch)

    def close_as_a_kill_does(self) -> None:
        """Let go of the database and store nothing more."""
        self._database.close()


async def _keep(probe: Probe, partition: int, records: list[Any]) -> None:
    """Write one state per record, next to the changelog, as the dossier agent does."""
    states = {f"d:{record.offset}": f"{record.offset}".encode() for record in records}
    copies = probe.table.copies(partition)
    copies.write(states)
    outbox = probe.producer.outbox()
    logged = {owned_key(key, OWNER): state for key, state in states.items()}
    await outbox.send_states(
        probe.ground.changelog, partition, logged | dict.fromkeys(copies.claim(states, OWNER))
    )
    copies.logged(await outbox.settle())


async def _other_owner(ground: Ground, states: dict[str, bytes | None]) -> None:
    """Write to the changelog as a worker on another machine does."""
    worker = Probe(ground, "unused", table=False)
    await worker.producer.start()
    outbox = worker.producer.outbox()
    await outbox.send_states(ground.changelog, PARTITION, states)
    await outbox.settle()
    await worker.producer.stop()


async def _filled(ground: Ground, folder: Path, count: int) -> CountingStores:
    """The store of a worker that has kept the states of so many records and was stopped."""
    stores = CountingStores(folder)
    first = Probe(ground, folder, _keep, stores=stores)
    async with running(first):
        await first.until(lambda: first.done == {PARTITION: count})
    return stores


async def _recovered(ground: Ground, stores: RocksStores, folder: Path, count: int) -> dict[str, bytes]:
    """What a worker with that store finds in it when its first batch comes."""
    found: dict[str, bytes] = {}

    async def look(probe: Probe, partition: int, records: list[Any]) -> None:
        found.update(probe.table.part(partition))

    worker = Probe(ground, folder, look, stores=stores)
    async with running(worker):
        await worker.until(lambda: worker.done == {PARTITION: count})
    return found


def test_a_worker_whose_store_is_there_reads_only_the_tail_of_the_changelog(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([3000])
        (await _filled(ground, tmp_path, 3000)).close()
        await _other_owner(ground, {"d:7@2": b"by another owner", "d:7@1": None, "d:new@2": b"new"})
        await ground.fill([1])
        again = CountingStores(tmp_path)
        assert again.reached(PARTITION) == 2999
        found = await _recovered(ground, again, tmp_path, 3001)
        again.close()
        assert len(found) == 3001
        assert (found["d:7"], found["d:new"], found["d:8"]) == (b"by another owner", b"new", b"8")
        assert again.written <= 2 * (2 + 1) + 2

    asyncio.run(scenario())


def test_after_a_kill_the_store_with_the_tail_equals_a_rebuild_from_the_changelog_alone(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([2000])
        killed = await _filled(ground, tmp_path / "own", 2000)
        killed.close_as_a_kill_does()
        await _other_owner(ground, {"d:7@2": b"by another owner", "d:7@1": None})
        await ground.fill([1])
        again = RocksStores(tmp_path / "own", "changelog-1", newest)
        kept = await _recovered(ground, again, tmp_path, 2001)
        again.close()
        empty = RocksStores(tmp_path / "other", "changelog-1", newest)
        await ground.fill([1])
        rebuilt = await _recovered(ground, empty, tmp_path, 2002)
        empty.close()
        assert kept == rebuilt
        assert kept["d:7"] == b"by another owner"

    asyncio.run(scenario())


def test_a_state_whose_changelog_record_was_never_sent_is_there_and_its_event_comes_again(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])

        async def die(probe: Probe, partition: int, records: list[Any]) -> None:
            probe.table.copies(partition).write({"d:unsent": b"state"})
            raise ValueError("killed before the changelog")

        stores = CountingStores(tmp_path)
        first = Probe(ground, tmp_path, die, stores=stores)
        with contextlib.suppress(ValueError):
            async with running(first):
                await first.until(lambda: first.failure is not None)
        stores.close_as_a_kill_does()
        again = RocksStores(tmp_path, "changelog-1", newest)
        assert again.reached(PARTITION) is None
        second = Probe(ground, tmp_path, _keep, stores=again)
        async with running(second):
            await second.until(lambda: second.done == {PARTITION: 10})
            assert second.given == [(PARTITION, offset) for offset in range(10)]
            assert second.table.part(PARTITION)["d:unsent"] == b"state"
        again.close()

    asyncio.run(scenario())


def test_a_changelog_made_anew_under_its_old_name_is_another_one(broker, tmp_path, caplog):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        settings = Settings(data_dir=tmp_path, store="rocksdb", kafka=broker, group=ground.group)
        await ground.create()
        stores = await asyncio.to_thread(open_stores, settings, ground.changelog, newest)
        stores.copies(PARTITION).hear([("d:1", 1, b"one")], 0)
        stores.close()
        same = await asyncio.to_thread(open_stores, settings, ground.changelog, newest)
        assert dict(same.copies(PARTITION).states) == {"d:1": b"one"}
        same.close()
        await ground.remove()
        await ground.create()
        anew = await asyncio.to_thread(open_stores, settings, ground.changelog, newest)
        assert anew.reached(PARTITION) is None
        assert dict(anew.copies(PARTITION).states) == {}
        anew.close()

    asyncio.run(scenario())
    said = [record.msg for record in caplog.records if record.name == "streams.agents.stores.rocks"]
    assert [line["reason"] for line in said] == ["it belongs to another changelog"]


def test_a_partition_that_stays_over_a_rebalance_is_not_read_again(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        await ground.fill([500, 500])
        stores = CountingStores(tmp_path / "1")
        first = Probe(ground, tmp_path / "1", _keep, stores=stores)
        async with running(first):
            await first.until(lambda: first.done == {0: 500, 1: 500})
            before = stores.written
            second = Probe(ground, tmp_path / "2", _keep)
            async with running(second):
                await second.until(lambda: len(second.owned()) == 1 and second.rebalanced > 0)
                (stays,) = first.owned()
                assert stores.reached(stays) == 499
                assert len(first.table.part(stays)) == 500
                assert stores.written - before <= 3
        stores.close()

    asyncio.run(scenario())
