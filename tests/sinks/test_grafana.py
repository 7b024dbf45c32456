"""The dashboards of Grafana: provisioned, described, with units, and every query of them runs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from clickhouse_driver import Client

from streams.ops.catalogue import CATALOGUE
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from tests.sinks.row_examples import START, Figures, dossier, indicators, score

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "grafana"
DASHBOARDS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "dashboards").glob("*.json"))
}
VALUES = {"formula": "portal-2026", "period": "2024-Q1", "level": "district", "unit": "H1"}
PANELS = [(name, panel) for name, dashboard in DASHBOARDS.items() for panel in dashboard["panels"]]


@pytest.fixture(scope="module", autouse=True)
def filled(tables: Settings) -> None:
    sink = ClickHouseSink(connect(tables, "writer"), types_check=True)
    sink.write_scores([score("H1", "80", as_of=START), score("H2", "90", as_of=START)])
    sink.write_indicators([indicators("H1", Figures("RESOLVED_ON_TIME", "16", "20"), as_of=START)])
    sink.write_dossiers([dossier("D1", received_at=START, due_at=START + 86_400_000)])
    sink.close()


def asked(text: str) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda name: VALUES[name[1]], text)


def queries() -> list[tuple[str, str]]:
    found = [
        (f"{name}: {one['name']}", one["query"])
        for name, d in DASHBOARDS.items()
        for one in d["templating"]["list"]
    ]
    return found + [
        (f"{name}: {panel['title']}", target["rawSql"])
        for name, panel in PANELS
        for target in panel["targets"]
        if "rawSql" in target
    ]


def expressions() -> list[str]:
    return [target["expr"] for _, panel in PANELS for target in panel["targets"] if "expr" in target]


def test_dashboards_and_panels_are_named_described_and_have_units():
    assert sorted(DASHBOARDS) == ["deadlines", "index", "operations"]
    sources = yaml.safe_load((FOLDER / "provisioning" / "datasources" / "nhip766.yaml").read_text("utf-8"))[
        "datasources"
    ]
    known = {source["uid"]: source["type"] for source in sources}
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == 3
    for dashboard in DASHBOARDS.values():
        assert dashboard["uid"]
        assert dashboard["description"]
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(ids) == len(set(ids))
    for name, panel in PANELS:
        assert panel["description"], (name, panel["title"])
        assert panel["fieldConfig"]["defaults"]["unit"], (name, panel["title"])
        for target in panel["targets"]:
            assert known[target["datasource"]["uid"]] == target["datasource"]["type"]
    assert "password: $NHIP766_CLICKHOUSE_READER_PASSWORD" in (
        FOLDER / "provisioning" / "datasources" / "nhip766.yaml"
    ).read_text("utf-8")


@pytest.mark.parametrize(("where", "query"), queries(), ids=[where for where, _ in queries()])
def test_every_query_runs(reader: Client, where: str, query: str):
    rows: list[Any] = reader.execute(asked(query))
    if where not in {"operations: Archive", "operations: Scores reach"}:
        assert rows, where


def test_every_metric_is_in_the_catalogue():
    known = {metric.name for metric in CATALOGUE}
    for expression in expressions():
        for name in re.findall(r"nhip766_\w+", expression):
            assert re.sub(r"_(bucket|sum|count)$", "", name) in known or name in known, expression


def test_every_promql_is_read_by_promtool(tmp_path: Path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is missing: apt-get install prometheus")
    rules = [{"record": f"checked:{number}", "expr": text} for number, text in enumerate(expressions())]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": rules}]}), encoding="utf-8")
    found = subprocess.run(
        [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
