"""A migrated database for a whole module, and rows to put into it."""

import secrets
from collections.abc import Iterator

import pytest
from clickhouse_driver import Client

from streams.local.servers import LocalServers
from streams.settings import Settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations


@pytest.fixture(scope="module")
def tables(servers: LocalServers) -> Iterator[Settings]:
    """Settings that lead to a database with all tables, for the tests of one module."""
    address = servers.clickhouse
    settings = Settings(
        clickhouse_host=address.host,
        clickhouse_port=address.port,
        clickhouse_user=address.writer.user,
        clickhouse_password=address.writer.password,
        clickhouse_reader_user=address.reader.user,
        clickhouse_reader_password=address.reader.password,
        clickhouse_migrator_user=address.migrator.user,
        clickhouse_migrator_password=address.migrator.password,
        clickhouse_database=f"test_{secrets.token_hex(4)}",
    )
    Migrations(settings).up()
    yield settings
    client = connect(settings, "migrator")
    client.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
    client.disconnect()


@pytest.fixture
def reader(tables: Settings) -> Iterator[Client]:
    """A client with the rights of a reader."""
    client = connect(tables, "reader")
    yield client
    client.disconnect()
