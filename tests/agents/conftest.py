"""The broker of the tests of the engine."""

import asyncio
import socket

import pytest
from aiokafka import AIOKafkaConsumer

from tests.agents.engine_probe import Ground


@pytest.fixture(scope="session")
def broker(servers) -> str:
    """Give the address of a real broker that has seen a group before: its first group meets no coordinator yet."""

    async def join_once() -> None:
        ground = Ground(servers.kafka_bootstrap, 1)
        await ground.create()
        consumer = AIOKafkaConsumer(
            ground.topic, bootstrap_servers=servers.kafka_bootstrap, group_id=ground.group
        )
        await consumer.start()
        await consumer.stop()

    asyncio.run(join_once())
    return servers.kafka_bootstrap


@pytest.fixture
def unused_port() -> int:
    """Give a loopback port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
