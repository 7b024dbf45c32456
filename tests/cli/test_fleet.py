"""`nhip766 worker --workers` on a machine where no server answers: it waits, says so, shows it, and stops when told."""

import json
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from streams.local.process import free_ports
from streams.settings import PREFIX
from tests.integration.pipeline import PROGRAM, WorkerProcess, until


@pytest.fixture
def fleet(tmp_path: Path):
    """The port of the supervisor's page, and two workers without servers, not started."""
    kafka, clickhouse, page = free_ports(3)
    names = {
        "KAFKA": f"127.0.0.1:{kafka}",
        "CLICKHOUSE_PORT": str(clickhouse),
        "METRICS_PORT": "0",
        "SUPERVISOR_PORT": str(page),
        "LOG_FORMAT": "json",
    }
    environ = {PREFIX + name: text for name, text in names.items()}
    process = WorkerProcess(tmp_path / "log", environ, [*PROGRAM, "worker", "--workers", "2"])
    yield page, process
    if process.is_running():
        process.kill()


def _read(port: int, page: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as link:
        link.request("GET", page)
        answer = link.getresponse()
        return answer.status, answer.read().decode()


def test_without_servers_the_supervisor_waits_says_what_is_away_shows_it_and_stops_in_good_order(fleet):
    page, process = fleet
    process.launch()
    until("both servers are known to be away", lambda: process.text().count("a server is away") == 2)
    assert _read(page, "/healthz")[0] == 200
    status, text = _read(page, "/readyz")
    checks = json.loads(text)["checks"]
    assert status == 503
    assert {name.partition(" ")[0]: one["ok"] for name, one in checks.items()} == {
        "supervisor": True,
        "Kafka": False,
        "ClickHouse": False,
        "worker": True,
    }
    assert [one["seen"][:9] for name, one in checks.items() if name.startswith("Kafka")] == ["away for "]
    figures = dict(line.rsplit(" ", 1) for line in _read(page, "/metrics")[1].splitlines() if line[0] != "#")
    assert float(figures["nhip766_workers_wanted"]) == float(figures["nhip766_workers_running"]) == 2
    assert float(figures['nhip766_server_away_seconds{server="kafka"}']) > 0
    until("a worker says it", lambda: "Kafka does not answer yet" in process.text())
    assert process.end(signal.SIGTERM) == 0, process.text()
