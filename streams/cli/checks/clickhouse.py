"""ClickHouse: does it answer, do our accounts open it, are its clock and its tables right."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args

from clickhouse_driver import Client
from clickhouse_driver.errors import Error as ClickHouseError
from clickhouse_driver.errors import NetworkError, SocketTimeoutError

from streams.cli.checks.check import Check
from streams.log import quiet
from streams.settings import ClickHouseRole, Settings
from streams.sinks.migrations import APPLIED, Migrations

CONNECT_SECONDS = 1.5
ANSWER_SECONDS = 3
SKEW_WARNING, SKEW_FAILED = 1.0, 60.0


def check_clickhouse(settings: Settings) -> Iterator[Check]:
    """Reach the server first; the rest only makes sense behind it."""
    where = f"{settings.clickhouse_host}:{settings.clickhouse_port}"
    with quiet("clickhouse_driver"):
        trouble = _trouble(settings)
        if trouble:
            fix = "start it (`nhip766 local up`, docker compose up), or set NHIP766_CLICKHOUSE_HOST, _PORT"
            yield Check("clickhouse", "failed", f"{where} {trouble}", fix)
            for name in ("accounts", "clock", "migrations"):
                yield Check(name, "skipped", "ClickHouse does not answer")
            return
        for role in get_args(ClickHouseRole):
            account = _account(settings, role, where)
            yield account
            if account.state != "ok":  # the next question would wait as long, or find a server starting again
                for name in ("clock", "migrations"):
                    yield Check(name, "skipped", f"the {role} cannot ask")
                return
        yield _clock(settings)
        yield _migrations(settings)


def _trouble(settings: Settings) -> str:
    """Say why the server cannot be reached, before any login is tried; empty when it can."""
    try:
        with socket.create_connection((settings.clickhouse_host, settings.clickhouse_port), CONNECT_SECONDS):
            return ""
    except OSError as problem:
        return f"does not answer ({problem.strerror or problem})"


def _account(settings: Settings, role: ClickHouseRole, where: str) -> Check:
    user = settings.clickhouse_account(role).user
    name = f"clickhouse {role}"
    try:
        version = _ask(settings, role, "SELECT version()")
    except (NetworkError, SocketTimeoutError, OSError, EOFError):
        return Check(name, "failed", f"{where} takes connections but does not answer", "restart ClickHouse")
    except ClickHouseError as problem:
        words = (
            str(problem.message).removeprefix("DB::Exception: ").partition(" Stack trace")[0][:160].strip()
        )
        variable = "NHIP766_CLICKHOUSE_" + ("" if role == "writer" else f"{role.upper()}_")
        return Check(
            name, "failed", f"{user} at {where}: {words}", f"set {variable}USER and {variable}PASSWORD"
        )
    return Check(name, "ok", f"{version} at {where} as {user}")


def _clock(settings: Settings) -> Check:
    """Compare the server's clock with ours, half the way of the question allowed for."""
    before = datetime.now(UTC)
    theirs: datetime = _ask(settings, "reader", "SELECT now64(6, 'UTC')")
    after = datetime.now(UTC)
    skew = abs((theirs.replace(tzinfo=UTC) - (before + (after - before) / 2)).total_seconds())
    state = "failed" if skew > SKEW_FAILED else "warning" if skew > SKEW_WARNING else "ok"
    fix = "" if state == "ok" else "set both clocks by NTP: versions and due dates follow them"
    return Check("clock", state, f"{skew:.3f} s from ClickHouse's", fix)  # type: ignore[arg-type]


def _migrations(settings: Settings) -> Check:
    found = Migrations(settings).status()
    odd = [f"{migration.version} {migration.state}" for migration in found if migration.state != APPLIED]
    if odd:
        pending = all(migration.state in (APPLIED, "pending") for migration in found)
        fix = (
            "nhip766 migrate up" if pending else "run the version that migrated, or migrate down and up again"
        )
        return Check("migrations", "failed", ", ".join(odd), fix)
    return Check("migrations", "ok", f"{len(found)} applied to {settings.clickhouse_database}")


def _ask(settings: Settings, role: ClickHouseRole, question: str) -> Any:
    user, password = settings.clickhouse_account(role)
    client = Client(
        settings.clickhouse_host,
        settings.clickhouse_port,
        user=user,
        password=password,
        connect_timeout=CONNECT_SECONDS,
        send_receive_timeout=ANSWER_SECONDS,
        sync_request_timeout=ANSWER_SECONDS,
    )
    try:
        return client.execute(question)[0][0]
    finally:
        client.disconnect()
