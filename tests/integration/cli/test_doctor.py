"""The doctor finds what is wrong, says how to mend it, and never falls over."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.local.servers import LocalServers

CACHE = Path(__file__).resolve().parents[3] / ".nhip766" / "cache"


def _examine():
    result = CliRunner().invoke(app, ["doctor", "--json"])
    report = json.loads(result.stdout)
    assert report["ok"] == (result.exit_code == 0)
    for check in report["checks"]:
        assert check["state"] != "failed" or check["fix"], check
    return {check["name"]: check for check in report["checks"]}, result.exit_code


@pytest.fixture(scope="module")
def own(servers, tmp_path_factory):
    """Servers that a test may stop."""
    del servers  # where a part is missing, its words are enough
    with LocalServers(tmp_path_factory.mktemp("own"), kafka="apache", publish=False, cache=CACHE) as local:
        yield local


@pytest.fixture
def installation(own, monkeypatch):
    for name, text in own.environ().items():
        monkeypatch.setenv(name, text)
    return own


def test_a_complete_installation_is_healthy(database):
    for command in (["topics", "create"], ["migrate", "up"]):
        made = CliRunner().invoke(app, command)
        assert made.exit_code == 0, made.output
    checks, code = _examine()
    assert code == 0
    assert {check["state"] for check in checks.values()} == {"ok", "warning"}
    assert checks["workers"]["fix"] == "nhip766 worker"
    assert checks["migrations"]["state"] == "ok"
    assert checks[f"lag {database.topic_prefix}.dossier-events.v1"]["found"] == "0 records behind"


def test_the_table_says_the_same_for_people(database):
    shown = CliRunner().invoke(app, ["doctor"])
    assert shown.exit_code == 1
    assert "FAILED" in shown.stdout
    assert database.topic_prefix in shown.stdout


def test_missing_topics_and_migrations_are_failures_with_a_command_that_mends_them(database):
    checks, code = _examine()
    assert code == 1
    assert checks[f"topic {database.topic_prefix}.dossier-events.v1"]["fix"] == "nhip766 topics create"
    assert checks["migrations"]["state"] == "failed"
    assert checks["migrations"]["fix"] == "nhip766 migrate up"


def test_a_stopped_kafka_is_named_and_the_rest_is_still_looked_at(installation):
    installation.stop_kafka()
    checks, code = _examine()
    installation.start_kafka()
    assert code == 1
    assert checks["kafka"]["state"] == "failed"
    assert installation.kafka_bootstrap in checks["kafka"]["found"]
    assert checks["topics"]["state"] == "skipped"
    assert checks["clock"]["state"] == "ok"


def test_a_stopped_clickhouse_is_named_and_the_rest_is_still_looked_at(installation):
    installation.stop_clickhouse()
    checks, code = _examine()
    installation.start_clickhouse()
    assert code == 1
    assert checks["clickhouse"]["state"] == "failed"
    assert str(installation.clickhouse.port) in checks["clickhouse"]["found"]
    assert checks["migrations"]["state"] == "skipped"
    assert checks["kafka"]["state"] == "ok"


def test_a_refused_login_names_the_variables_to_set(installation, monkeypatch):
    monkeypatch.setenv("NHIP766_CLICKHOUSE_READER_PASSWORD", "planted")
    checks, code = _examine()
    installation.await_clickhouse()
    assert code == 1
    assert checks["clickhouse writer"]["state"] == "ok"
    assert "NHIP766_CLICKHOUSE_READER_PASSWORD" in checks["clickhouse reader"]["fix"]
    assert "planted" not in json.dumps(checks)
