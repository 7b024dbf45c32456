"""`rank`, `explain` and `migrate` against a real ClickHouse, as a person sees them."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.sinks.row_examples import START, Figures, indicators, score

DAY = 86_400_000
APRIL_4 = START + 94 * DAY
NAMES = {
    "H09.718": "Thành phố Thủ Dầu Một",
    "H09.723": "Thành phố Tân Uyên",
    "H09.724": "Thành phố Dĩ An",
    "H09.725": "Thành phố Thuận An",
    "H09.720": "Huyện Dầu Tiếng",
}


def run(*words: str, columns: int = 80) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": str(columns), "NO_COLOR": "1"})
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def sink(database: Settings) -> Iterator[ClickHouseSink]:
    """The tables, filled with two quarters of five districts and one commune."""
    Migrations(database).up()
    found = ClickHouseSink(connect(database, "writer"), types_check=True)

    def district(unit: str, total: str | None, period: str, **more: Any) -> Any:
        return score(
            unit, total, name=NAMES[unit], formula="article-2024", period=period, as_of=APRIL_4, **more
        )

    found.write_scores(
        [
            district("H09.725", "74.60", "2023-Q4"),
            district("H09.724", "80.10", "2023-Q4"),
            district("H09.725", "90.90", "2024-Q1"),
            district("H09.724", "90.70", "2024-Q1"),
            district("H09.723", "90.40", "2024-Q1"),
            district("H09.718", "90.40", "2024-Q1"),
            district("H09.720", None, "2024-Q1", groups={"TDGQ": "19.5"}),
            score(
                "H09.725.1",
                "70",
                name="Phường An Phú",
                level="commune",
                formula="article-2024",
                as_of=APRIL_4,
            ),
        ]
    )
    found.write_indicators(
        [
            indicators(
                "H09.725",
                Figures("RESOLVED_ON_TIME", "18.18", "20"),
                Figures("PUBLISH_ON_TIME", "6", "6", "CKMB", "AWARD_MAX"),
                Figures("DOSSIER_SYNC", None, "6", "CKMB"),
                formula="article-2024",
                as_of=APRIL_4,
            )
        ]
    )
    yield found
    found.close()


@pytest.mark.usefixtures("sink")
def test_the_ranking_shows_rank_movement_points_grade_and_groups():
    code, said, _ = run("rank")
    assert code == 0
    lines = said.splitlines()
    assert lines[0].rstrip() == "Xếp hạng cấp huyện, quý I năm 2024"
    assert lines[1].split() == [
        "Hạng", "±", "Đơn", "vị", "Tổng", "Xếp", "loại", "CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL",
    ]  # fmt: skip
    assert lines[2].split()[:9] == ["1", "▲1", "Thành", "phố", "Thuận", "An", "90.90", "Tốt", "16.36"]
    assert [line.split()[0] for line in lines[2:7]] == ["1", "2", "3", "3", "–"]
    assert "Thành phố Tân Uyên" in lines[4]
    assert "Thành phố Thủ Dầu Một" in lines[5]
    assert lines[6].split()[:4] == ["–", "–", "Huyện", "Dầu"]
    assert "0.00" not in lines[6]
    assert "Tính đến 04/04/2024 00:00:00" in lines[7]
    assert "so với quý IV năm 2023" in lines[7]


@pytest.mark.usefixtures("sink")
@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(columns: int):
    for words in (["rank"], ["explain", "thuan an", "2024-Q1"]):
        _, said, _ = run(*words, columns=columns)
        assert max(len(line) for line in said.splitlines()) <= columns


@pytest.mark.usefixtures("sink")
def test_a_wide_terminal_shows_the_change_of_points_too():
    _, said, _ = run("rank", columns=120)
    assert "+16.30" in said
    _, said, _ = run("rank", columns=80)
    assert "+16.30" not in said


@pytest.mark.usefixtures("sink")
def test_the_ranking_for_programs_has_null_for_what_is_unknown():
    code, said, _ = run("rank", "--json", "--period", "2024-Q1")
    found = json.loads(said)
    assert code == 0
    assert (found["formula"], found["level"], found["period"]) == ("article-2024", "district", "2024-Q1")
    assert [(unit["rank"], unit["total"]) for unit in found["units"]] == [
        (1, 90.9),
        (2, 90.7),
        (3, 90.4),
        (3, 90.4),
        (None, None),
    ]
    first, last = found["units"][0], found["units"][-1]
    assert (first["score_delta"], first["rank_movement"], first["previous_total"]) == (16.3, 1, 74.6)
    assert (last["grade"], last["groups"], last["score_delta"]) == (None, {"TDGQ": 19.5}, None)
    assert last["changed_at"] == "2024-04-03T17:00:00.000+00:00"


@pytest.mark.usefixtures("sink")
def test_another_level_can_be_asked_for():
    _, said, _ = run("rank", "--level", "commune", "--json")
    assert [unit["unit_name"] for unit in json.loads(said)["units"]] == ["Phường An Phú"]


def test_a_ranking_as_of_a_day_stays_what_it_was(sink: ClickHouseSink):
    _, before, _ = run("rank", "--period", "2024-Q1", "--as-of", "2024-04-04", "--json")
    later = score(
        "H09.720", "99", name=NAMES["H09.720"], formula="article-2024", as_of=APRIL_4 + 5 * DAY, version=2
    )
    sink.write_scores([later])
    _, after, _ = run("rank", "--period", "2024-Q1", "--as-of", "2024-04-04", "--json")
    assert before == after
    _, now, _ = run("rank", "--period", "2024-Q1", "--json")
    assert json.loads(now)["units"][0]["unit_code"] == "H09.720"


@pytest.mark.usefixtures("sink")
def test_an_explanation_shows_each_indicator_and_what_it_loses():
    code, said, _ = run("explain", "thuan an", "2024-Q1", columns=120)
    assert code == 0
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0] == "Thành phố Thuận An, quý I năm 2024"
    assert lines[1] == "90.90 / 100.00 điểm · Tốt · hạng 1 trong 5 đơn vị cấp huyện"
    assert "CKMB · Công khai, minh bạch 16.36 18.00 1.64" in lines
    assert "1.1 Tỷ lệ TTHC công bố đúng hạn (trao trọn điểm) 8 10 80.00 6.00 6.00 0.00" in lines
    assert "1.4 Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG – – – – 6.00 6.00" in lines
    assert "2.1 Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn 8 10 80.00 18.18 20.00 1.82" in lines
    assert "Mất nhiều nhất: 1.4 (6.00) · 2.1 (1.82)" in lines


@pytest.mark.usefixtures("sink")
def test_an_explanation_for_programs_groups_indicators_in_the_order_of_the_index():
    code, said, _ = run("explain", "H09.725", "2024-Q1", "--json")
    found = json.loads(said)
    assert code == 0
    assert (found["unit_code"], found["rank"], found["units"], found["total"]) == ("H09.725", 1, 5, 90.9)
    assert [group["code"] for group in found["groups"]] == ["CKMB", "TDGQ"]
    publish, sync = found["groups"][0]["indicators"]
    assert (publish["code"], publish["policy"], publish["lost"]) == ("PUBLISH_ON_TIME", "AWARD_MAX", 0)
    assert (sync["code"], sync["score"], sync["numerator"], sync["lost"]) == ("DOSSIER_SYNC", None, None, 6)


@pytest.mark.usefixtures("sink")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rank --period 2025-01", "no scores for 2025-01; there are: 2024-Q1, 2023-Q4"),
        ("rank --period soon", "not a period: 'soon'"),
        ("rank --level village", "there are: district, commune"),
        ("rank --formula portal-2026", "nothing was scored by portal-2026; there is: article-2024"),
        ("rank --as-of soon", "not a moment: 'soon'"),
        ("rank --as-of 2020-01-01", "there are no scores"),
        ("explain uyên-an 2024-Q1", "no unit 'uyên-an' has scores"),
        ("explain thanh 2024-Q1", "say its code"),
        ("explain H09.725.1 2023-Q4", "Phường An Phú has no scores for 2023-Q4; it has: 2024-Q1"),
        ("explain H09.725 2022", "no scores for 2022"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_there_is(words: str, said: str):
    code, out, err = run(*words.split())
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("database")
def test_before_the_migrations_the_remedy_is_said():
    for words in ("rank", "explain x 2024-Q1"):
        code, _, err = run(*words.split())
        assert code == 2
        assert "run `nhip766 migrate up`" in err


def test_a_server_that_is_away_is_said_with_its_address(database: Settings, monkeypatch: pytest.MonkeyPatch):
    del database
    monkeypatch.setenv("NHIP766_CLICKHOUSE_PORT", "9")
    for words in ("rank", "migrate up"):
        code, _, err = run(*words.split())
        assert code == 2
        assert "127.0.0.1:9" in err
        *waiting, last = err.splitlines()
        assert last.startswith("error: ")
        assert all("does not answer yet" in line for line in waiting)


@pytest.mark.usefixtures("database")
def test_migrations_go_up_and_down_and_tell_their_state():
    code, said, _ = run("migrate", "status")
    assert code == 1
    assert "pending" in said
    code, said, _ = run("migrate", "up")
    assert (code, said.split()[0]) == (0, "applied:")
    assert run("migrate", "up")[1] == "nothing to apply\n"
    code, said, _ = run("migrate", "status", "--json")
    assert code == 0
    assert {one["state"] for one in json.loads(said)} == {"applied"}
    code, _, err = run("migrate", "down")
    assert code == 2
    assert "--yes" in err
    assert json.loads(run("migrate", "down", "--to", "0", "--yes", "--json")[1])["taken_back"][-1] == 1
    assert run("migrate", "down", "--yes")[1] == "nothing to take back\n"


def test_points_are_written_as_stored(sink: ClickHouseSink):
    sink.write_scores([score("H1", "90.10", formula="article-2024", level="province", as_of=APRIL_4)])
    (unit,) = json.loads(run("rank", "--level", "province", "--json")[1])["units"]
    assert Decimal(str(unit["total"])) == Decimal("90.10")
