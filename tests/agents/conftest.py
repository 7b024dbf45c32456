"""The broker of the tests of the engine."""

import asyncio
import os
import socket

import pytest
from aiokafka import AIOKafkaConsumer

from tests.agents.engine_probe import Ground
from tests.agents.stock import OVERRIDES


@pytest.fixture(autouse=True)
def _override_off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Faust do as it does where we override it, for who wants to see a test fail (`stock.py`)."""
    off = os.environ.get("OVERRIDE_OFF")
    assert off in {None, "each", *(one.name for one in OVERRIDES)}, "OVERRIDE_OFF names no override"
    for one in OVERRIDES:
        if off == one.name or (off == "each" and one.test == request.node.originalname):
            one.put_back(monkeypatch)


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> str:
    """Give the address of a real broker that has seen a group before: its first group meets no coordinator yet.

    It is that of the session that started this one, if it says so (`test_overrides.py`).
    """
    address = os.environ.get("TEST_BROKER") or request.getfixturevalue("servers").kafka_bootstrap

    async def join_once() -> None:
        ground = Ground(address, 1)
        await ground.create()
        consumer = AIOKafkaConsumer(ground.topic, bootstrap_servers=address, group_id=ground.group)
        await consumer.start()
        await consumer.stop()

    asyncio.run(join_once())
    return address


@pytest.fixture
def unused_port() -> int:
    """Give a loopback port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
