"""Servers that answer, are away, and come back: known at once, and said at a bearable rate."""

import socket
import threading

import pytest

from streams.local.kafka_speaks import kafka_speaks
from streams.local.process import free_ports
from streams.local.server_watch import ServerWatch


@pytest.fixture
def said(monkeypatch):
    """What the watch says: a word and the server's name."""
    lines = []

    class Log:
        def warning(self, _, server, **__):
            lines.append(("away", server))

        def info(self, _, server, **__):
            lines.append(("back", server))

    monkeypatch.setattr("streams.local.server_watch.log", Log())
    return lines


def test_an_outage_is_said_when_it_begins_and_when_it_is_over(said):
    there = {"Kafka": True, "ClickHouse": True}
    watch = ServerWatch({name: lambda name=name: there[name] for name in there})
    assert watch.away_now() == ""
    there["Kafka"] = False
    assert [watch.away_now() for _ in range(3)] == ["Kafka"] * 3
    assert list(watch.away()) == ["Kafka"]
    there["ClickHouse"] = False
    assert watch.away_now() == "Kafka, ClickHouse"
    there["Kafka"] = True
    assert watch.away_now() == "ClickHouse"
    assert said == [("away", "Kafka"), ("away", "ClickHouse"), ("back", "Kafka")]


def test_a_long_outage_is_said_again_and_again(said):
    watch = ServerWatch({"Kafka": lambda: False}, reminder=0.0)
    for _ in range(4):
        watch.away_now()
    assert said == [("away", "Kafka")] * 4


def test_it_asks_by_itself_until_it_is_stopped(said):
    asked = threading.Semaphore(0)
    watch = ServerWatch({"Kafka": lambda: asked.release() or False}, pause=0.01)
    watch.start()
    assert all(asked.acquire(timeout=120) for _ in range(3))
    watch.stop()
    assert said == [("away", "Kafka")]


def test_a_broker_speaks_and_a_closed_port_and_a_mute_listener_do_not(servers):
    (closed,) = free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        others = f"127.0.0.1:{closed},127.0.0.1:{mute.getsockname()[1]}"
        assert not kafka_speaks(others, 0.3)
        assert kafka_speaks(f"{others},{servers.kafka_bootstrap}", 10.0)
    assert not kafka_speaks("nonsense", 0.3)
