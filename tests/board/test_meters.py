"""What a board shows of itself, beside its pages: metrics of the catalogue, health and readiness."""

import json
import re
import time
from datetime import UTC, datetime
from http.client import HTTPConnection

from prometheus_client.parser import text_string_to_metric_families

from streams.board.meters import METERS, BoardHealth
from streams.board.watch import Watch
from streams.ops.catalogue import metrics_of
from streams.ops.health import answer
from streams.ops.pages import PageServer


def _get(server: PageServer, path: str) -> tuple[int, str]:
    connection = HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    connection.request("GET", path)
    found = connection.getresponse()
    said = found.status, found.read().decode()
    connection.close()
    return said


def test_a_board_exports_its_part_of_the_catalogue_and_times_answers_by_route(served):
    health = BoardHealth(served.board.watch, hang_limit=60)
    told = served.http.get("/healthz").headers["server-timing"]
    assert re.fullmatch(r"board;dur=\d+\.\d", told)
    served.http.get("/no/such/page")
    pages = PageServer(0, METERS, health, setting="board_metrics_port")
    pages.start()
    try:
        status, page = _get(pages, "/metrics")
        assert (_get(pages, "/healthz")[0], _get(pages, "/readyz")[0]) == (200, 200)
    finally:
        pages.stop()
    assert status == 200
    families = {one.name: one for one in text_string_to_metric_families(page)}
    exported = {
        (one.name, one.type, one.documentation) for name, one in families.items() if "process" not in name
    }
    assert exported == {(one.name, one.kind, one.help) for one in metrics_of("board")}
    counted = {
        (sample.labels["route"], sample.labels["status"])
        for sample in families["nhip766_board_request_seconds"].samples
    }
    assert {("/healthz", "2xx"), ("none", "4xx")} <= counted


def _failing(checks) -> list[str]:
    return [name for name, check in json.loads(answer(checks)[1])["checks"].items() if not check["ok"]]


def test_a_board_whose_loop_stands_still_is_not_alive():
    watch = Watch(None)
    watch.looked_at = time.monotonic() - 61
    health = BoardHealth(watch, hang_limit=60)
    assert (_failing(health.alive()), _failing(health.ready())) == (["event_loop"], ["event_loop"])


def test_a_board_without_clickhouse_lives_and_is_not_ready():
    watch = Watch(None)
    watch.away_since = datetime(2026, 8, 1, tzinfo=UTC)
    health = BoardHealth(watch, hang_limit=60)
    assert (_failing(health.alive()), _failing(health.ready())) == ([], ["clickhouse"])
    assert METERS.registry.get_sample_value("nhip766_board_clickhouse_up") == 0
