"""The broker goes away, and comes back."""

import asyncio

import pytest
from aiokafka.errors import KafkaError

from streams.agents.engine.producer import RecordProducer
from tests.agents.engine_probe import Ground, Probe, running


def test_an_outbox_raises_in_its_time_and_a_worker_stops_in_its_time_without_a_broker(
    broker, servers, tmp_path, logged_errors
):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([10])
        worker = Probe(ground, tmp_path, patience=0.5)
        producer = RecordProducer(broker, patience=2.0)
        await producer.start()
        before = producer.outbox()
        await before.send(ground.topic, 0, b"k", b"arrives")
        await before.settle()
        await worker.start()
        await worker.until(lambda: worker.done == {0: 11})
        await asyncio.to_thread(servers.stop_kafka, kill=True)
        try:
            outbox = producer.outbox()
            await outbox.send(ground.topic, 0, b"k", b"lost?")
            with pytest.raises((TimeoutError, KafkaError)):
                await asyncio.wait_for(outbox.settle(), 4.0)
            await asyncio.wait_for(producer.stop(), 4.0)
            await asyncio.wait_for(worker.stop(), 15.0)
        finally:
            await asyncio.to_thread(servers.start_kafka)

    asyncio.run(scenario())
    logged_errors.clear()


def test_a_worker_outlives_a_restart_of_the_broker_and_goes_on(broker, servers, tmp_path, logged_errors):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        await ground.create()
        await ground.fill([100])
        worker = Probe(ground, tmp_path)
        async with running(worker):
            await worker.until(lambda: worker.committed() == {0: 100})
            await asyncio.to_thread(servers.stop_kafka, kill=True)
            await asyncio.to_thread(servers.start_kafka)
            await ground.fill([100])
            await worker.until(lambda: worker.committed() == {0: 200})
            assert not worker.app.crashed
        assert set(worker.given) == {(0, offset) for offset in range(200)}

    asyncio.run(scenario())
    logged_errors.clear()
