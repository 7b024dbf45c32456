"""Connections to ClickHouse by its native protocol: one `Client` per thread, never in an event loop."""

from typing import Final

from clickhouse_driver import Client

from streams.settings import ClickHouseRole, Settings

CONNECT_TIMEOUT: Final = 5
ANSWER_TIMEOUT: Final = 30


def connect(settings: Settings, role: ClickHouseRole, *, types_check: bool = False) -> Client:
    """Return a client for a role; it connects at its first statement and again after an error.

    Unknown settings are refused instead of ignored. Inserts are synchronous: what is acknowledged is kept.
    """
    account = settings.clickhouse_account(role)
    return Client(
        settings.clickhouse_host,
        port=settings.clickhouse_port,
        database=settings.clickhouse_database,
        user=account.user,
        password=account.password,
        client_name="nhip766",
        connect_timeout=CONNECT_TIMEOUT,
        send_receive_timeout=ANSWER_TIMEOUT,
        sync_request_timeout=CONNECT_TIMEOUT,
        settings_is_important=True,
        settings={"async_insert": 0, "types_check": types_check} if role == "writer" else {},
    )


def address(settings: Settings) -> str:
    """Return host, port and database as people read them."""
    return f"{settings.clickhouse_host}:{settings.clickhouse_port}/{settings.clickhouse_database}"
