"""Health and readiness over real HTTP: each check seen failing, by what makes it fail."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from streams.agents.vitals import Vitals
from streams.errors import UserError
from streams.ops.meters import Meters
from streams.ops.pages import PageServer


@pytest.fixture
def vitals() -> Vitals:
    """Of a worker that is well."""
    return Vitals(hang_limit=60, stall_limit=120, ready_lag=10, partitions=3)


@pytest.fixture
def server(vitals: Vitals) -> Iterator[PageServer]:
    """Serves them on a free port."""
    running = PageServer(0, Meters("worker"), vitals, setting="metrics_port")
    running.start()
    yield running
    running.stop()


def _get(server: PageServer, path: str) -> tuple[int, str]:
    connection = HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def _failing(server: PageServer, path: str) -> tuple[int, list[str]]:
    status, body = _get(server, path)
    return status, [name for name, check in json.loads(body)["checks"].items() if not check["ok"]]


def test_a_worker_that_is_well_is_alive_and_ready(server):
    assert _failing(server, "/healthz") == (200, [])
    assert _failing(server, "/readyz") == (200, [])


def test_a_loop_that_stands_still_fails_health_and_readiness(server, vitals):
    vitals.beat_at = time.monotonic() - 61
    assert _failing(server, "/healthz") == (503, ["event_loop"])
    assert _failing(server, "/readyz") == (503, ["event_loop"])


def test_polls_that_stand_still_fail_health(server, vitals):
    vitals.poll_age = 121
    assert _failing(server, "/healthz") == (503, ["last_poll"])


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("partitions", 0, "assigned"),
        ("recovering", True, "recovered"),
        ("clickhouse", False, "clickhouse"),
        ("lag_seconds", 11.0, "lag"),
    ],
)
def test_a_worker_that_lives_and_does_not_do_its_whole_work_is_not_ready(server, vitals, field, value, check):
    setattr(vitals, field, value)
    assert _failing(server, "/healthz") == (200, [])
    assert _failing(server, "/readyz") == (503, [check])


def test_metrics_are_served_and_nothing_else(server):
    status, body = _get(server, "/metrics")
    assert status == 200
    assert "nhip766_unsent_rows" in body
    assert "_created" not in body
    assert _get(server, "/")[0] == 404


def test_a_port_that_is_taken_is_one_line_that_names_the_setting(server, vitals):
    port = int(server.address.rpartition(":")[2])
    with pytest.raises(UserError, match=rf"^NHIP766_METRICS_PORT: port {port} is taken"):
        PageServer(port, Meters("worker"), vitals, setting="metrics_port")
