"""Tables are taken away with their filters, in forms that other programs open."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.export.tables import TABLES
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.sinks.row_examples import START, Figures, alert, dossier, indicators, petition, score

DAY = 86_400_000


@pytest.fixture
def filled(database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables with some of everything; the working folder is where files come."""
    Migrations(database).up()
    sink = ClickHouseSink(connect(database, "writer"), types_check=True)
    sink.write_scores(
        [
            score("H1", "80.10", name='=HYPERLINK("x")', as_of=START),
            score("H2", "90.25", name="Huyện Ấm Đạo", as_of=START),
            score("H3", None, name="Huyện Chưa Có", as_of=START, groups={"TDGQ": "19.5"}),
        ]
    )
    sink.write_scores([score("H2", "91", name="Huyện Ấm Đạo", as_of=START + 9 * DAY, version=2)])
    sink.write_indicators([indicators("H1", Figures("RESOLVED_ON_TIME", "16", "20"), as_of=START)])
    sink.write_dossiers(
        [
            dossier("D1", received_at=START, due_at=START + DAY, unit_code="H1"),
            dossier("D2", received_at=START + 40 * DAY, due_at=START + 90 * DAY, unit_code="H2"),
        ]
    )
    sink.write_petitions([petition("P1", sent_at=START, received_at=START)])
    sink.write_alerts([alert("H1", 1, "raised")])
    sink.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(app, ["export", *words])
    return result.exit_code, result.stdout_bytes, result.stderr


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_every_table_can_be_taken_away_in_every_form(filled: Path, form: str):
    for name in TABLES:
        check_form(filled, name, form)


def check_form(filled: Path, name: str, form: str) -> None:
    code, _, said = run(name, "--format", form)
    assert code == 0, said
    content = (filled / f"{name}.{form}").read_bytes()
    names = [column.name for column in TABLES[name].columns]
    titles = [column.title for column in TABLES[name].columns]
    match form:
        case "csv":
            assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == names
        case "xlsx":
            assert [
                cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(content)).active.rows)
            ] == titles
        case "json":
            assert all(list(row) == names for row in json.loads(content))
        case _:
            assert pyarrow.parquet.read_table(io.BytesIO(content)).column_names == names


def test_a_sheet_is_ready_to_read(filled: Path):
    assert run("ranking", "--format", "xlsx", "--output", "x.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(filled / "x.xlsx").active
    assert sheet.title == "Bảng xếp hạng"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:S{4}"
    head = [cell.value for cell in sheet[1]]
    first, second, last = (dict(zip(head, sheet[line], strict=True)) for line in (2, 3, 4))
    assert (first["Đơn vị"].value, first["Tổng điểm"].value, first["Hạng"].value) == ("Huyện Ấm Đạo", 91, 1)
    assert first["Tổng điểm"].number_format == "0.00"
    assert second["Đơn vị"].value == '=HYPERLINK("x")'
    assert second["Đơn vị"].data_type == "s", "a name is never a formula"
    assert (last["Tổng điểm"].value, last["Hạng"].value) == (None, None), "unknown is empty, not 0"
    assert last["Công khai, minh bạch"].value is None
    assert isinstance(first["Tính đến"].value, datetime)


def test_parquet_has_the_types_of_the_tables_and_the_filters_hold(filled: Path):
    assert run("dossiers", "--format", "parquet", "--unit", "ấm đạo", "--output", "d.parquet")[0] == 0
    table = pyarrow.parquet.read_table(filled / "d.parquet")
    assert table.column("dossier_code").to_pylist() == ["D2"]
    assert run("ranking", "--format", "parquet", "--output", "r.parquet")[0] == 0
    ranking = pyarrow.parquet.read_table(filled / "r.parquet")
    assert ranking.column("total").to_pylist() == [Decimal("91.00"), Decimal("80.10"), None]


def test_filters_of_period_and_moment_hold(filled: Path):
    del filled
    code, said, _ = run("dossiers", "--format", "json", "--period", "2024-01", "--output", "-")
    assert code == 0
    assert [row["dossier_code"] for row in json.loads(said)] == ["D1"]
    _, said, _ = run("ranking", "--format", "json", "--as-of", "2024-01-03", "--output", "-")
    assert [row["total"] for row in json.loads(said)] == [90.25, 80.1, None]
    _, said, _ = run("indicators", "--format", "csv", "--output", "-")
    (row,) = csv.DictReader(io.StringIO(said.decode("utf-8-sig")))
    assert (row["number"], row["name_vi"], row["numerator"], row["score"]) == (
        "2.1",
        "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn",
        "8",
        "16.00",
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nothing", "there are: ranking, indicators"),
        ("overdue --period 2024-01", "table overdue knows no period; it knows: unit"),
        ("history --as-of 2024-01-03", "is of now only"),
        ("dossiers --period soon", "not a period: 'soon'"),
        ("ranking --output /nowhere/x.csv", "--output /nowhere/x.csv: No such file"),
    ],
)
def test_a_mistake_is_one_line(words: str, said: str):
    code, out, err = run(*words.split())
    assert (code, out) == (2, b"")
    assert said in err
    assert err.count("\n") == 1


def test_a_wrong_http_port_is_said_with_its_setting(filled: Path, monkeypatch: pytest.MonkeyPatch):
    del filled
    monkeypatch.setenv("NHIP766_CLICKHOUSE_HTTP_PORT", "9")
    code, _, err = run("ranking", "--format", "parquet")
    assert code == 2
    assert "NHIP766_CLICKHOUSE_HTTP_PORT" in err
