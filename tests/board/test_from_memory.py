"""Answers from memory hold what ClickHouse holds, and are never said to be fresher than they are."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from pydantic import SecretStr

from streams.board.memory import Question
from streams.board.rankings import GRAIN
from streams.core.periods import moment
from streams.local.process import free_ports
from streams.sinks.connection import connect
from streams.sinks.rows import ClockRow
from tests.board.conftest import PATIENCE, Served, Serving, await_true
from tests.sinks.row_examples import START, score

FORMULA = "article-2024"
DAY = 86_400_000
RANKING = f"formula={FORMULA}&level=district&period=2024-Q1"
LIVE = f"/?{RANKING}&part=live&lang=vi"


def told(served: Served, day: int, totals: dict[str, str], level: str = "district") -> None:
    served.sink.write_scores(
        [
            score(unit, total, formula=FORMULA, level=level, as_of=START + day * DAY, version=day)
            for unit, total in totals.items()
        ]
    )


def reach(served: Served, at: datetime, epoch: int = 1) -> None:
    """Say that all scores up to a moment are in, as a worker does."""
    served.sink.write_clocks([ClockRow(epoch=epoch, topic="t", source_partition=0, as_of=moment(at))])


def in_memory(served: Served, address: str) -> bool:
    """Tell whether the next answer comes from memory."""
    path, _, query = address.partition("?")
    question = Question(path, query.encode(), "vi", "auto")
    return served.board.memory.find(served.board.watch.seen.version, question) is not None


def stored(served: Served) -> list[tuple[str, Decimal, int]]:
    client = connect(served.settings, "reader")
    rows = client.execute(
        "SELECT unit_code, total, rank FROM ranking WHERE level = 'district' AND period = '2024-Q1' ORDER BY position"
    )
    client.disconnect()
    return rows


def shown(page: str) -> list[tuple[str, Decimal, int]]:
    found = re.findall(r'data-unit="([^"]+)" data-total="([^"]+)" data-rank="([^"]+)"', page)
    return [(unit, Decimal(total), int(rank)) for unit, total, rank in found]


def said_moment(page: str) -> datetime:
    found = re.search(r'data-moment><time datetime="([^"]+)"', page)
    assert found is not None
    return datetime.fromisoformat(found[1])


def events(stream: httpx.Response) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield events of a stream: kind and content."""
    kind = ""
    for line in stream.iter_lines():
        name, _, said = line.partition(": ")
        if name == "event":
            kind = said
        elif name == "data":
            yield kind, json.loads(said)


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    told(served, 60, {"BD.0": "80", "BD.1": "70", "BD.2": "60"})
    told(served, 60, {"H09": "75"}, level="province")
    await_true(lambda: served.http.get(LIVE).status_code == 200)
    await_true(lambda: "H09" in served.http.get(LIVE).text)


def test_after_each_change_the_page_from_memory_holds_what_clickhouse_holds(served: Served):
    with served.http.stream("GET", "/api/v1/changes") as stream:
        heard = events(stream)
        assert next(heard)[0] == "moment"
        for day in (61, 62, 63):
            before = [served.http.get(LIVE) for _ in range(3)][-1]
            told(served, day, {"BD.1": str(70 + day - 50), "BD.2": str(60 + day - 30)})
            assert ["article-2024", "district", "2024-Q1"] in next(
                said["rankings"] for kind, said in heard if kind == "changed"
            )
            first = served.http.get(LIVE, headers={"if-none-match": before.headers["etag"]})
            assert first.status_code == 200
            assert in_memory(served, LIVE)
            again = served.http.get(LIVE)
            assert shown(first.text) == shown(again.text) == stored(served)
            assert shown(first.text)[0][:2] == ("BD.2", Decimal(60 + day - 30))


def test_a_change_of_the_province_above_shows_in_the_header_of_its_districts(served: Served):
    served.http.get(LIVE)
    told(served, 70, {"H09": "76.25"}, level="province")
    await_true(lambda: '<data class="num" value="76.25">' in served.http.get(LIVE).text)


def test_packed_and_plain_answers_are_the_same_and_both_are_kept_apart_by_caches(served: Served):
    packed = served.http.get(LIVE, headers={"accept-encoding": "gzip"})
    plain = served.http.get(LIVE, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "accept-encoding" in plain.headers["vary"]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def test_languages_and_colours_are_not_mixed_up_in_memory(served: Served):
    for _ in range(2):
        english = served.http.get(f"/?{RANKING}", headers={"cookie": "lang=en; theme=dark"}).text
        vietnamese = served.http.get(f"/?{RANKING}").text
        assert '<html lang="en" data-theme="dark">' in english
        assert '<html lang="vi" data-theme="auto">' in vietnamese


def test_answers_from_memory_are_measured_by_route_and_carry_the_headers_of_all(served: Served):
    served.http.get(LIVE)
    assert in_memory(served, LIVE)
    answer = served.http.get(LIVE)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["server-timing"].startswith("board;dur=")


def test_the_moment_that_a_page_is_of_follows_the_scores_and_is_never_ahead_of_them(served: Served):
    begin = datetime(2024, 3, 20, 1, tzinfo=UTC)
    for step in range(6):
        true = begin + timedelta(seconds=8 * step)
        reach(served, true)
        await_true(lambda true=true: served.board.watch.seen.reached_now == true)
        for address in (LIVE, f"/api/v1/ranking?{RANKING}"):
            answer = served.http.get(address)
            stamp = answer.json()["stamp"] if "api" in address else {}
            said = datetime.fromisoformat(stamp["as_of"]) if stamp else said_moment(answer.text)
            assert true - GRAIN < said <= true
    reach_of_a_replay = begin - timedelta(days=1)
    reach(served, reach_of_a_replay, epoch=2)
    await_true(lambda: served.board.watch.seen.reached_now == reach_of_a_replay)
    assert served.board.watch.seen.reached == reach_of_a_replay


def test_a_stream_tells_at_once_what_changed_between_a_page_and_its_stream(served: Served):
    page = served.http.get(f"/?{RANKING}").text
    mark = re.search(r'data-mark="([^"]+)"', page)
    assert mark is not None
    address = f"/api/v1/changes?{RANKING}&mark={mark[1]}"
    with served.http.stream("GET", address) as stream:
        assert next(events(stream))[0] == "moment"
    told(served, 80, {"BD.0": "99"})
    await_true(lambda: shown(served.http.get(LIVE).text)[0][0] == "BD.0")
    with served.http.stream("GET", address) as stream:
        assert next(events(stream)) == (
            "changed",
            {"rankings": [[FORMULA, "district", "2024-Q1"]], "as_of": served_as_of(served)},
        )


def served_as_of(served: Served) -> str:
    now = served.board.watch.seen.reached_now
    assert now is not None
    return now.isoformat(timespec="milliseconds")


def test_who_may_not_ask_gets_nothing_from_memory_either(served: Served):
    token = "sixteen letters or more"
    own = {"board_port": free_ports(1)[0], "board_rate": 5, "board_token": SecretStr(token)}
    settings = served.settings.model_copy(update=own)
    with Serving(settings) as serving, httpx.Client(base_url=serving.url, timeout=PATIENCE) as http:
        allowed = {"authorization": f"Bearer {token}"}
        assert [http.get(LIVE, headers=allowed).status_code for _ in range(3)] == [200, 200, 200]
        assert http.get(LIVE).status_code == 401
        answers = [http.get(LIVE, headers=allowed).status_code for _ in range(12)]
    assert 429 in answers
