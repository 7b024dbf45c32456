"""Connections to ClickHouse by its native protocol: one `Client` per thread, never in an event loop."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any, Final

from clickhouse_driver import Client
from clickhouse_driver.errors import Error, ErrorCodes, ServerException

from streams.errors import UserError
from streams.intake.patience import PATIENCE_SECONDS, PAUSE_SECONDS, say_on_stderr
from streams.settings import ClickHouseRole, Settings

CONNECT_TIMEOUT: Final = 5
ANSWER_TIMEOUT: Final = 30
_CODE: Final = re.compile(r"^(Code: \d+\.\s*|DB::Exception: )*")


class _CarefulClient(Client):  # type: ignore[misc] # the driver has no types
    """Asks whether the database is there before it names it at log-in: the library build ends on one that is not."""

    def __init__(self, database: str, **given: Any) -> None:
        super().__init__(database=database, **given)
        self._database = database
        self._given = given
        self._is_there = False

    def establish_connection(self, settings: Any) -> None:
        """Connect if need be; raises ServerException (UNKNOWN_DATABASE) as a server does."""
        if not self._is_there:
            self._look()
        super().establish_connection(settings)

    def _look(self) -> None:
        first = Client(database="", **self._given)
        try:
            if first.execute(f"EXISTS DATABASE {self._database}") != [(1,)]:
                raise ServerException(
                    f"Database {self._database} does not exist", ErrorCodes.UNKNOWN_DATABASE
                )
        finally:
            first.disconnect()
        self._is_there = True


def connect(settings: Settings, role: ClickHouseRole, *, answer_timeout: float = ANSWER_TIMEOUT) -> Client:
    """Return a client for a role; it connects at its first statement and again after an error.

    An answer, or the next part of one, may take `answer_timeout` seconds. Unknown settings are refused instead of
    ignored. Inserts are synchronous: what is acknowledged is kept.
    """
    quiet_driver()
    account = settings.clickhouse_account(role)
    return _CarefulClient(
        settings.clickhouse_database,
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        user=account.user,
        password=account.password,
        client_name="nhip766",
        connect_timeout=CONNECT_TIMEOUT,
        send_receive_timeout=answer_timeout,
        sync_request_timeout=CONNECT_TIMEOUT,
        settings_is_important=True,
        settings={"async_insert": 0} if role == "writer" else {},
    )


def await_server(
    settings: Settings, role: ClickHouseRole, *, say: Callable[[str], None] = say_on_stderr
) -> None:
    """Return as soon as the server answers, be it with a refusal; say so each time it does not.

    Raises UserError, one line with the address, if it does not for `PATIENCE_SECONDS`.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    where = address(settings)
    while True:
        client = connect(settings, role)
        try:
            client.execute("SELECT 1")
        except ServerException:
            return
        except (Error, OSError, EOFError) as problem:
            left = deadline - time.monotonic()
            if left <= 0:
                raise UserError(
                    f"ClickHouse at {where} does not answer: {server_said(problem)}; is it running, and are "
                    "NHIP766_CLICKHOUSE_HOST and NHIP766_CLICKHOUSE_PORT right?"
                ) from None
            say(f"ClickHouse at {where} does not answer yet; trying for {left:.0f} s more")
            time.sleep(min(PAUSE_SECONDS, left))  # another process is polled: it has no event to await
        else:
            return
        finally:
            client.disconnect()


def quiet_driver() -> None:
    """Keep the driver from logging a traceback for every refused connection: the error itself tells it in a line."""
    logging.getLogger("clickhouse_driver.connection").setLevel(logging.ERROR)


def address(settings: Settings) -> str:
    """Return host, port and database as people read them."""
    return f"{settings.clickhouse_host}:{settings.clickhouse_port}/{settings.clickhouse_database}"


def server_said(problem: Exception) -> str:
    """Return what an error of the driver says, in one line and without the server's stack."""
    text = problem.message if isinstance(problem, ServerException) else str(problem)
    lines = text.split("Stack trace")[0].strip().splitlines()
    return _CODE.sub("", lines[0]) if lines else type(problem).__name__
