"""The local ClickHouse: a binary from the PATH, else `libchdb` run as a server."""

import os
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from clickhouse_driver import Client
from clickhouse_driver.errors import Error as ClickHouseError

from streams.local import libchdb
from streams.local.parts import DEPLOY, Say, clickhouse_library
from streams.local.process import GuardedProcess, accepts, free_ports
from streams.log import quiet
from streams.settings import Account

READY_SECONDS = 60
RESTARTS = 20


@dataclass(frozen=True)
class ClickHouseAddress:
    """Where a ClickHouse listens (native and HTTP ports) and who may log in."""

    host: str
    port: int
    http_port: int
    migrator: Account
    writer: Account
    reader: Account
    bi: Account


def new_address() -> ClickHouseAddress:
    """Choose free ports and make passwords for one run."""
    port, http_port = free_ports(2)
    accounts = {
        role: Account(role, secrets.token_urlsafe(18)) for role in ("migrator", "writer", "reader", "bi")
    }
    return ClickHouseAddress("127.0.0.1", port, http_port, **accounts)


def clickhouse_process(address: ClickHouseAddress, folder: Path, cache: Path, say: Say) -> GuardedProcess:
    """Prepare a ClickHouse in a folder of its own, not started.

    The library ends after some failed logins, so its guardian starts it again on the same data and ports.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    config = DEPLOY / "clickhouse" / "config.xml"
    binary = shutil.which("clickhouse")
    if binary:
        name = "ClickHouse"
        command = [binary, "server", f"--config-file={config}"]
    else:
        name = "ClickHouse (libchdb)"
        library = clickhouse_library(cache, say)
        command = [sys.executable, "-I", "-S", libchdb.__file__, str(library)]
        command += [
            f"--config-file={config}",
            f"--path={data}",
            "--listen_host=127.0.0.1",
            "--log-level=warning",
        ]
        command += [f"--tcp_port={address.port}", f"--http_port={address.http_port}"]
    environment = {**os.environ, **_environment(address, data)}
    return GuardedProcess(name, command, environment, folder / "clickhouse.log", restarts=RESTARTS)


def clickhouse_answers(address: ClickHouseAddress) -> bool:
    """Whether a query comes back."""
    if not (accepts(address.port) and accepts(address.http_port)):
        return False
    user, password = address.migrator
    client = Client(
        address.host, address.port, user=user, password=password, connect_timeout=2, send_receive_timeout=5
    )
    try:
        with quiet("clickhouse_driver"):
            return bool(client.execute("SELECT 1"))
    except (ClickHouseError, OSError, EOFError):
        return False
    finally:
        client.disconnect()


def _environment(address: ClickHouseAddress, data: Path) -> dict[str, str]:
    """What deploy/local/clickhouse/*.xml read; so no password is written to a file or a command line."""
    return {
        "NHIP766_LOCAL_PATH": f"{data}/",
        "NHIP766_LOCAL_TMP": f"{data}/tmp/",  # noqa: S108 - below the run's own folder
        "NHIP766_LOCAL_FILES": f"{data}/files/",
        "NHIP766_LOCAL_USERS": str(DEPLOY / "clickhouse" / "users.xml"),
        "NHIP766_LOCAL_TCP_PORT": str(address.port),
        "NHIP766_LOCAL_HTTP_PORT": str(address.http_port),
        "NHIP766_LOCAL_MIGRATOR_PASSWORD": address.migrator.password,
        "NHIP766_LOCAL_WRITER_PASSWORD": address.writer.password,
        "NHIP766_LOCAL_READER_PASSWORD": address.reader.password,
        "NHIP766_LOCAL_BI_PASSWORD": address.bi.password,
    }
