"""A board over a real ClickHouse: nine districts and a province, told by rows, served on a port of its own."""

import secrets
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple, Self

import httpx
import pytest
import uvicorn

from streams.board.app import make_app
from streams.board.board import Board
from streams.local.process import free_ports
from streams.local.servers import LocalServers
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

PATIENCE = 120.0


class Served(NamedTuple):
    """A board that is up."""

    url: str
    http: httpx.Client
    board: Board
    settings: Settings
    sink: ClickHouseSink


def settings_of(servers: LocalServers, **also: object) -> Settings:
    """Settings that lead to a database of its own."""
    address = servers.clickhouse
    values = {
        "clickhouse_host": address.host,
        "clickhouse_port": address.port,
        "clickhouse_user": address.writer.user,
        "clickhouse_password": address.writer.password,
        "clickhouse_reader_user": address.reader.user,
        "clickhouse_reader_password": address.reader.password,
        "clickhouse_migrator_user": address.migrator.user,
        "clickhouse_migrator_password": address.migrator.password,
        "clickhouse_database": f"test_{secrets.token_hex(4)}",
        "kafka": servers.kafka_bootstrap,
        "topic_prefix": f"test-{secrets.token_hex(4)}",
        "board_port": free_ports(1)[0],
        "board_rate": 0,
    }
    return Settings(**values | also)  # type: ignore[arg-type]


class Serving:
    """A uvicorn server in a thread, up within `with`."""

    def __init__(self, settings: Settings) -> None:
        self.app = make_app(settings)
        self.url = f"http://127.0.0.1:{settings.board_port}"
        config = uvicorn.Config(
            self.app, port=settings.board_port, log_config=None, timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not self._server.started:
            assert self._thread.is_alive(), "the board ended"
            assert time.monotonic() < until, "the board did not start"
            time.sleep(0.02)  # a thread is polled: uvicorn has no event for it
        return self

    def __exit__(self, *_: object) -> None:
        self.app.state.board.watch.close()
        self._server.should_exit = True
        self._thread.join(PATIENCE)


@pytest.fixture(scope="module")
def served(servers: LocalServers) -> Iterator[Served]:
    """A board over an empty, migrated database of its own, for one module."""
    settings = settings_of(servers)
    Migrations(settings).up()
    sink = ClickHouseSink(connect(settings, "writer"), types_check=True)
    with Serving(settings) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        yield Served(serving.url, http, serving.app.state.board, settings, sink)
    sink.close()
    client = connect(settings, "migrator")
    client.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
    client.disconnect()


def await_seen(served: Served, *key: str) -> None:
    """Return when the board knows a ranking: formula, level, period."""
    await_true(lambda: served.board.watch.seen.mark((key[0], key[1], key[2])) != "")


def await_true(condition, seconds: float = PATIENCE) -> None:
    """Return when a condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.05)  # another thread is polled: it has no event to await
