"""Alerts about the system: each explained, tested both ways, and about metrics that exist."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from streams.ops.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTMANAGER = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
GROUPS = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))["groups"]
ALERTS = [rule for group in GROUPS for rule in group["rules"] if "alert" in rule]
IDS = [f"{rule['alert']}-{rule['labels']['severity']}" for rule in ALERTS]
CASES = yaml.safe_load((PROMETHEUS / "rules_test.yml").read_text("utf-8"))["tests"]
SECTIONS = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text("utf-8"), re.MULTILINE)
QUESTION = re.compile(r'count\(ALERTS\{alertname="(\w+)"(?:, severity="(\w+)")?, alertstate="firing"\}\)')
JOBS = ("nhip766-worker", "nhip766-board", "nhip766-notify", "prometheus", "alertmanager")


def _tool(name: str) -> str:
    """Where a tool of Debian's is; without it a test is not run, and CI fails."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing: apt-get install the packages in .ci/packages")
    if found is None:
        pytest.skip(
            f"{name} is missing, alert rules are not tested (Debian: prometheus, prometheus-alertmanager)"
        )
    return found


def _run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def _tested(answer: bool) -> set[tuple[str, str | None]]:
    """The alerts, some with a severity, that some test expects to fire, or to be silent."""
    found = set()
    for case in CASES:
        for question in case.get("promql_expr_test", ()):
            if bool(question["exp_samples"]) == answer:
                name, severity = QUESTION.fullmatch(question["expr"]).groups()
                found.add((name, severity))
    return found


@pytest.mark.parametrize("rule", ALERTS, ids=IDS)
def test_each_alert_says_what_it_is_and_where_its_section_of_the_runbook_is(rule):
    assert rule["labels"]["severity"] in {"critical", "warning", "info", "none"}
    assert sorted(rule["annotations"]) == ["description", "runbook_url", "summary"]
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
    assert rule["alert"] in SECTIONS


def test_each_section_of_the_runbook_is_of_an_alert():
    assert sorted(SECTIONS) == sorted({rule["alert"] for rule in ALERTS})


@pytest.mark.parametrize("rule", ALERTS, ids=IDS)
def test_each_alert_is_expected_to_fire_and_to_be_silent_in_some_test(rule):
    name, severity = rule["alert"], rule["labels"]["severity"]
    asked = {(name, severity), (name, None)} if _is_single(name) else {(name, severity)}
    assert asked & _tested(answer=True)
    assert asked & _tested(answer=False) or name == "Watchdog"


def _is_single(name: str) -> bool:
    return sum(rule["alert"] == name for rule in ALERTS) == 1


def test_rules_speak_of_metrics_of_the_catalogue_only():
    known = {metric.name for metric in CATALOGUE}
    parts = ("_bucket", "_count")
    known |= {metric.name + part for metric in CATALOGUE if metric.kind == "histogram" for part in parts}
    spoken = {
        name
        for group in GROUPS
        for rule in group["rules"]
        for name in re.findall(r"\bnhip766_\w+", rule["expr"])
    }
    assert spoken - known == set()


def test_every_target_is_missed_when_it_is_gone():
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))
    assert {job["job_name"] for job in config["scrape_configs"]} == set(JOBS)
    expressions = {rule["expr"] for rule in ALERTS}
    assert {f'absent(up{{job="{job}"}})' for job in JOBS} <= expressions


def test_prometheus_and_alertmanager_accept_their_configurations():
    assert _run(_tool("promtool"), "check", "config", str(PROMETHEUS / "prometheus.yml"))[0] == 0
    assert _run(_tool("amtool"), "check-config", str(ALERTMANAGER))[0] == 0


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=Watchdog severity=none", "heartbeat"),
        ("alertname=WorkerDown severity=critical", "on-call"),
        ("alertname=LagHigh severity=warning", "operators"),
        ("alertname=EventsArriveOld severity=info", "operators"),
    ],
)
def test_an_alert_goes_to_who_must_act(labels, receiver):
    tool = _tool("amtool")
    code, said = _run(tool, "config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels.split())
    assert (code, said.splitlines()[0]) == (0, receiver)


def test_every_alert_fires_when_it_should_and_not_otherwise():
    code, said = _run(_tool("promtool"), "test", "rules", str(PROMETHEUS / "rules_test.yml"))
    assert code == 0, said


def _failed_with(folder: Path, expression: str) -> set[tuple[str, str | None]]:
    """The alerts whose tests fail if every alert has another expression; looked at less often, to be quick."""
    rules = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))
    for group in rules["groups"]:
        alerts = [rule for rule in group["rules"] if "alert" in rule]
        group["rules"] = [{**rule, "expr": expression, "for": "0s"} for rule in alerts]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), "utf-8")
    tests = (PROMETHEUS / "rules_test.yml").read_text("utf-8")
    seldom = tests.replace("evaluation_interval: 1m", "evaluation_interval: 5m")
    (folder / "rules_test.yml").write_text(seldom, "utf-8")
    code, said = _run(_tool("promtool"), "test", "rules", str(folder / "rules_test.yml"))
    assert code != 0
    asked = QUESTION.findall(said.replace('\\"', '"'))
    return {(name, severity or None) for name, severity in asked}


def test_the_tests_notice_each_rule_that_can_no_longer_fire(tmp_path):
    assert _failed_with(tmp_path, "vector(1) > 2") == _tested(answer=True)


def test_the_tests_notice_each_rule_that_always_fires(tmp_path):
    assert _failed_with(tmp_path, "vector(1)") >= _tested(answer=False)
