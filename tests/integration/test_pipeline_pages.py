"""The pages of a real worker: its metrics are those of the catalogue, its readiness follows what it meets."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from streams.core.periods import LOCAL
from streams.local.process import free_ports
from streams.ops.catalogue import metrics_of
from tests.integration.pipeline import Pipeline, Raw, now_ms, until
from tests.integration.pipeline_world import COMMUNES, received, reference_records


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def _families(port: int) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(_get(port, "/metrics")[1])}


def _value(port: int, name: str, **labels: str) -> float | None:
    for family in _families(port).values():
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return None


def _failing(port: int, path: str) -> list[str]:
    return [name for name, check in json.loads(_get(port, path)[1])["checks"].items() if not check["ok"]]


def _now() -> datetime:
    return datetime.fromtimestamp(now_ms() / 1000, UTC).astimezone(LOCAL)


def test_what_a_live_worker_exports_is_the_catalogue_and_tells_what_happened(pipeline: Pipeline):
    pipeline.send_reference(reference_records())
    (port,) = free_ports(1)
    now = _now()
    at, soon, before = now - timedelta(hours=2), now + timedelta(days=1), now - timedelta(hours=1)
    events = [
        received(f"H98.1.1-{number:04}", COMMUNES[0], at, before if number else soon) for number in range(5)
    ]
    with pipeline.running(metrics_port=str(port), log_level="debug", log_format="json") as worker:
        pipeline.send_raw([Raw(b"bad", b"{")])
        pipeline.send(events)
        pipeline.settle()
        until("the batches are visible", lambda: _value(port, "nhip766_visible_seconds_count"))
        until("it is ready", lambda: _get(port, "/readyz")[0] == 200)
        families = _families(port)
        exported = {
            (family.name + ("_total" if family.type == "counter" else ""), family.type, family.documentation)
            for family in families.values()
            if not family.name.startswith("process_")
        }
        assert exported == {(metric.name, metric.kind, metric.help) for metric in metrics_of("worker")}
        for metric in metrics_of("worker"):
            samples = families[metric.name.removesuffix("_total")].samples
            assert {tuple(sorted(sample.labels.keys() - {"le"})) for sample in samples} <= {
                tuple(sorted(metric.labels))
            }, metric.name
        assert _value(port, "nhip766_events_total") == 6
        assert _value(port, "nhip766_dead_letters_total", reason="not_json") == 1
        assert _value(port, "nhip766_clickhouse_up") == 1
        assert _value(port, "nhip766_assigned_partitions") == pipeline.settings.partitions
        assert _value(port, "nhip766_late_dossiers", level="commune", unit=COMMUNES[0]) == 4
        lags = [sample.value for sample in families["nhip766_lag_records"].samples]
        assert lags == [0] * pipeline.settings.partitions
        assert _get(port, "/healthz")[0] == 200
    own = [
        line
        for line in map(_said, worker.text().splitlines())
        if line.get("logger", "").startswith("streams.")
    ]
    batches = [
        line for line in own if line["event"] == "batch done" and line["topic"].endswith("dossier-events.v1")
    ]
    assert sum(line["records"] for line in batches) == 6
    assert all(line["last_offset"] - line["first_offset"] + 1 == line["records"] for line in batches)
    assert {line["partition"] for line in batches} <= set(range(pipeline.settings.partitions))
    assert not [line for line in own if "H98.1.1-0" in str(line)], "no line speaks of a single dossier"


def _said(line: str) -> dict[str, Any]:
    return json.loads(line) if line.startswith("{") else {}


def test_a_worker_whose_clickhouse_is_away_lives_and_is_not_ready(pipeline: Pipeline):
    pipeline.send_reference(reference_records())
    port, nobody = free_ports(2)
    worker = pipeline.worker(metrics_port=str(port), clickhouse_port=str(nobody), archive="False")
    worker.start()
    until("it says why it is not ready", lambda: _failing(port, "/readyz") == ["clickhouse"])
    assert _failing(port, "/healthz") == []
    assert until("failures are counted", lambda: _value(port, "nhip766_clickhouse_up") == 0)
