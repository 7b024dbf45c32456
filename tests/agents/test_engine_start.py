"""A worker that cannot work says so at its start."""

import asyncio

import pytest

from streams.agents.engine.pin import check_engine
from streams.errors import UserError
from tests.agents.engine_probe import Ground, Probe


def test_another_version_of_faust_is_refused(monkeypatch):
    check_engine()
    monkeypatch.setattr("streams.agents.engine.pin.version", lambda _name: "0.15.4")
    with pytest.raises(UserError, match=r"faust-streaming==0\.15\.3"):
        check_engine()


def test_a_topic_that_does_not_exist_is_named(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 1)
        with pytest.raises(UserError, match=f"{ground.topic} does not exist.*topics create"):
            await Probe(ground, tmp_path).app.start()

    asyncio.run(scenario())


def test_a_topic_with_another_number_of_partitions_is_refused(broker, tmp_path):
    async def scenario() -> None:
        ground = Ground(broker, 2)
        await ground.create()
        with pytest.raises(UserError, match=f"{ground.changelog} has 2 partitions, it needs 3"):
            await Probe(ground, tmp_path, partitions=3).app.start()

    asyncio.run(scenario())


def test_a_broker_that_is_not_there_is_named(tmp_path, unused_port, logged_errors):
    async def scenario() -> None:
        with pytest.raises(UserError, match=f"no Kafka at 127.0.0.1:{unused_port}"):
            await Probe(Ground(f"127.0.0.1:{unused_port}", 1), tmp_path).app.start()

    asyncio.run(scenario())
    logged_errors.clear()
