"""Who may ask, and how often; and a board whose ClickHouse is away."""

import httpx
import pytest
from pydantic import SecretStr

from streams.board.guard import Buckets
from streams.local.process import free_ports
from streams.settings import Settings
from tests.board.conftest import PATIENCE, Serving

TOKEN = "sixteen letters or more"


def lonely(**also: object) -> Settings:
    """Settings of a board whose ClickHouse nobody has started."""
    port, nobody = free_ports(2)
    return Settings(board_port=port, clickhouse_port=nobody, **also)  # type: ignore[arg-type]


def test_without_the_token_nobody_gets_in_but_the_health_check():
    settings = lonely(board_token=SecretStr(TOKEN))
    with Serving(settings) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        assert http.get("/").status_code == 401
        assert http.get("/api/v1/ranking", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert http.get("/", headers={"authorization": "Basic ???"}).status_code == 401
        assert http.get("/healthz").status_code == 503
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert http.get("/api/openapi.json", headers=bearer).status_code == 200
        assert http.get("/api/openapi.json", auth=("anyone", TOKEN)).status_code == 200


def test_a_proxy_must_name_the_person():
    settings = lonely(board_user_header="X-Remote-User")
    with Serving(settings) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        assert http.get("/api/openapi.json").status_code == 401
        assert http.get("/api/openapi.json", headers={"x-remote-user": "lan"}).status_code == 200


def test_who_asks_too_often_waits():
    with (
        Serving(lonely(board_rate=3)) as serving,
        httpx.Client(base_url=serving.url, timeout=PATIENCE) as http,
    ):
        answers = [http.get("/static/icon.svg") for _ in range(12)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]


def test_a_bucket_fills_again():
    buckets = Buckets(per_minute=60)
    assert all(buckets.take("a", 0.0) for _ in range(60))
    assert not buckets.take("a", 0.0)
    assert buckets.take("b", 0.0)
    assert buckets.take("a", 1.0)
    assert not buckets.take("a", 1.0)


@pytest.mark.parametrize("path", ["/", "/api/v1/ranking"])
def test_a_board_that_never_saw_clickhouse_says_so(path: str):
    with Serving(lonely()) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        answer = http.get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "ClickHouse" in answer.text
