"""The pages behind the ranking: a unit, its report, the race, a dossier, the index."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from streams.board.database import AwayError
from streams.sinks.connection import connect
from tests.board.conftest import Served, await_true
from tests.board.story import tell_dossiers, tell_reference
from tests.integration.pipeline_world import local, procedure, received, resolved, unit
from tests.sinks.row_examples import START, Figures, dossier, indicators, score

FORMULA = "article-2024"
DAY = 86_400_000
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
NAMES = {"BD.1": "Thành phố Thuận An", "BD.2": "Huyện Dầu Tiếng"}
DAYS = {"BD.1": ["70", "80", "90.90"], "BD.2": ["75", "78", "88.20"]}


@pytest.fixture(scope="module", autouse=True)
def filled(served: Served) -> None:
    for turn in range(3):
        served.sink.write_indicators(
            [
                indicators(
                    unit,
                    Figures("RESOLVED_ON_TIME", "16.5", "20"),
                    Figures("DOSSIER_SYNC", None, "6", "CKMB"),
                    formula=FORMULA,
                    as_of=START + (80 + turn) * DAY,
                    version=turn + 1,
                )
                for unit in DAYS
            ]
        )
        served.sink.write_scores(
            [
                score(
                    unit,
                    totals[turn],
                    formula=FORMULA,
                    name=NAMES[unit],
                    as_of=START + (80 + turn) * DAY,
                    version=turn + 1,
                )._replace(parent_code="BD")
                for unit, totals in DAYS.items()
            ]
        )
    before = score("BD.1", "60", formula=FORMULA, name=NAMES["BD.1"], period="2023-Q4")
    inside = score("BD.1.1", "92", formula=FORMULA, name="Phường Lái Thiêu", level="commune")
    served.sink.write_scores([before, inside._replace(parent_code="BD.1")])
    served.sink.write_dossiers([dossier("D-1", contradictions=("finished_before_received",))])
    records = [
        unit("H09", "province", None),
        unit("BD.1", "district", "H09"),
        procedure("1.000001", executing_levels=["district"]),
    ]
    tell_reference(served, records)
    told = {"procedure_code": "1.000001", "channel": 2}
    tell_dossiers(
        served,
        [
            received("D-2", "BD.1", local("2024-03-04 08:00"), local("2024-03-06 08:00"), **told),
            resolved("D-2", "BD.1", local("2024-03-07 08:00")),
        ],
        records,
    )
    ready = "/api/v1/units/BD.1"
    await_true(lambda: served.http.get(ready).status_code == 200)
    await_true(lambda: served.http.get(ready).json()["unit"]["total"] == 90.9)
    await_true(lambda: served.http.get(ready).json()["inside"] != [])
    await_true(lambda: served.http.get(ready).json()["past"] != [])


def test_every_figure_of_an_indicator_equals_clickhouses(served: Served):
    document = served.http.get("/api/v1/units/BD.1").json()
    lines = {one["code"]: one for group in document["groups"] for one in group["indicators"]}
    client = connect(served.settings, "reader")
    stored = client.execute(
        "SELECT indicator, numerator, denominator, ratio, score, maximum, lost FROM indicator_detail"
        " WHERE unit_code = 'BD.1'"
    )
    client.disconnect()
    assert len(stored) == len(lines) == 2
    page = served.http.get("/units/BD.1").text
    for code, *figures in stored:
        shown = [
            lines[code][name] for name in ("numerator", "denominator", "ratio", "score", "maximum", "lost")
        ]
        assert shown == [float(one) if isinstance(one, Decimal) else one for one in figures]
    assert '<data class="num" value="16.50">16,50</data>' in page
    assert '<data class="num" value="3.50">3,50</data>' in page


def test_a_unit_is_held_against_its_past_its_peers_and_what_is_inside_it(served: Served):
    document = served.http.get("/api/v1/units/BD.1").json()
    assert [(one["period"], one["total"]) for one in document["past"]] == [("2023-Q4", 60.0)]
    assert [one["unit_code"] for one in document["inside"]] == ["BD.1.1"]
    timeliness = next(group for group in document["groups"] if group["code"] == "TDGQ")
    assert timeliness["best"]["unit_code"] == "BD.1"
    assert (timeliness["score"], timeliness["previous"]) == (18.18, 12.0)
    assert served.http.get("/units/BD.2").text.count("Thành phố Thuận An") >= 6


def test_the_leaders_page_shows_the_same_total(served: Served):
    report = served.http.get("/units/BD.1/report").text
    assert '<data class="num" value="90.90">90,90</data>' in report


def test_the_race_ranks_every_day_as_clickhouse_does(served: Served):
    race = served.http.get("/api/v1/race").json()
    client = connect(served.settings, "reader")
    stored = client.execute(
        "SELECT unit_code, groupArray(rank) FROM (SELECT unit_code, rank FROM ranking_history"
        " WHERE level = 'district' AND period = '2024-Q1' ORDER BY day) GROUP BY unit_code"
    )
    client.disconnect()
    assert {one["unit_code"]: one["ranks"] for one in race["runners"]} == dict(stored)
    assert dict(stored)["BD.1"] == [2, 1, 1]
    assert served.http.get("/race").text.count('class="runner ') == 2


def test_a_dossier_shows_its_clock_and_what_does_not_fit(served: Served):
    document = served.http.get("/api/v1/dossiers/D-1").json()
    assert document["due_at"] == "2024-01-09T17:00:00Z"
    assert document["contradictions"] == ["finished_before_received"]
    page = served.http.get("/dossiers/D-1").text
    assert "xong trước khi tiếp nhận" in page
    assert document["effects"] is None
    assert "Chưa tính được tác động" in page, "the archive has no event of it"


def test_a_dossier_says_what_it_does_to_indicators_of_its_unit_and_those_above(served: Served):
    document = served.http.get("/api/v1/dossiers/D-2").json()
    assert (document["unit_name"], document["procedure_name"]) == (NAMES["BD.1"], "Thủ tục 1.000001")
    (quarter,) = [one for one in document["effects"] if one["period"] == "2024-Q1"]
    assert [one["unit_code"] for one in quarter["units"]] == ["BD.1", "H09"]
    effects = {one["indicator"]: one for one in quarter["effects"]}
    assert (effects["RESOLVED_ON_TIME"]["counts"], effects["RESOLVED_ON_TIME"]["way"]) == (False, "late")
    assert effects["RESOLVED_ON_TIME"]["worth"] == {"BD.1": 2.0, "H09": None}, "20 points of 10 dossiers"
    assert (effects["ONLINE_SUBMITTED"]["counts"], effects["ONLINE_SUBMITTED"]["way"]) == (True, "counts")
    assert effects["ORIGINAL_RESULT_AVAILABLE"]["way"] == "repair"
    assert quarter["helps"] + quarter["hurts"] == len(quarter["effects"])
    page = served.http.get("/dossiers/D-2").text
    assert dict(re.findall(r'data-indicator="(\w+)" data-counts="(\d)"', page)) == {
        code: str(int(one["counts"])) for code, one in effects.items()
    }
    assert "−2,0000" in page
    assert "đã xong trễ: không lấy lại được" in page
    assert "ended late: cannot be won back" in served.http.get("/dossiers/D-2?lang=en").text
    assert served.http.get("/dossiers/D-2?period=2024").status_code == 200
    assert served.http.get("/dossiers/D-2?period=2023").status_code == 404
    assert served.http.get("/dossiers/D-2?period=soon").status_code == 422
    assert served.http.get("/dossiers/D-2?formula=none").status_code == 404


def test_the_index_is_told_with_its_figures(served: Served):
    page = served.http.get("/index", params={"formula": "portal-2026"}).text
    assert "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn" in page
    assert (
        served.http.get("/api/v1/index", params={"formula": "portal-2026"}).json()["version"] == "portal-2026"
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("units/NOBODY", "NOBODY"),
        ("units/thuan an", "/units/BD.1"),
        ("units/dau-tieng/points", "/units/BD.2"),
        ("units/BD.1?period=2023-Q3", "quý"),
        ("units/BD.2?period=2023-Q4", "quý I năm 2024"),
        ("dossiers/D-404", "D-404"),
        ("index?formula=none", "none"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(served: Served, path: str, said: str):
    answer = served.http.get(f"/{path}")
    assert answer.status_code == 404
    assert said in answer.text


def test_no_page_holds_a_style_or_a_script_of_its_own(served: Served):
    for path in ("/", "/units/BD.1", "/units/BD.1/report", "/race", "/dossiers/D-2", "/index", "/api/docs"):
        page = served.http.get(path)
        assert page.status_code == 200, path
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", page.text), path
        assert served.http.get(path, headers={"cookie": "lang=en"}).status_code == 200, path


def test_every_request_that_the_description_allows_is_answered_as_it_describes(
    served: Served, tmp_path: Path
):
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{served.url}/api/openapi.json",
        "--exclude-path", "/api/v1/changes", "--phases", "fuzzing", "--max-examples", "10", "--seed", "1",
        "--checks", CHECKS, "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Test cases:" in done.stdout


def test_while_clickhouse_is_away_the_last_figures_are_shown_with_their_moment(served: Served):
    before = served.http.get("/api/v1/units/BD.1").json()
    watch = served.board.watch
    asked, reachable = watch._database.ask, served.board.database.ask

    async def nobody(*_: object) -> None:
        raise AwayError("ClickHouse does not answer")

    watch._database.ask = served.board.database.ask = nobody  # type: ignore[method-assign,assignment]
    try:
        await_true(lambda: watch.away_since is not None)
        document = served.http.get("/api/v1/units/BD.1").json()
        page = served.http.get("/units/BD.1").text
        health = served.http.get("/healthz").status_code
    finally:
        watch._database.ask, served.board.database.ask = asked, reachable  # type: ignore[method-assign]
    assert document["unit"] == before["unit"]
    assert document["stamp"]["stale"]
    assert "Kho số liệu (ClickHouse) không trả lời" in page
    assert "90,90" in page
    assert health == 503
    await_true(lambda: watch.away_since is None)
    assert not served.http.get("/api/v1/units/BD.1").json()["stamp"]["stale"]
