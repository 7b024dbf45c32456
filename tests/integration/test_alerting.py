"""Real Prometheus and Alertmanager watch a real worker by the shipped rules and routes, and a webhook hears of it."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.local.process import free_ports
from tests.integration.pipeline import Pipeline, until
from tests.integration.pipeline_world import reference_records

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing: apt-get install the packages in .ci/packages")
    if found is None:
        pytest.skip(f"{name} is missing (Debian: prometheus, prometheus-alertmanager)")
    return found


class Webhook:
    """Hears alerts, by the path they come to."""

    def __init__(self, server: ThreadingHTTPServer, heard: list[tuple[str, dict[str, Any]]]) -> None:
        self._heard = heard
        self.port = server.server_address[1]

    def alerts(self, path: str, status: str) -> list[dict[str, Any]]:
        """Every alert with a status that came to a path."""
        messages = [message for at, message in list(self._heard) if at == path]
        return [alert for message in messages for alert in message["alerts"] if alert["status"] == status]

    def names(self, path: str, status: str) -> set[str]:
        """Their names."""
        return {alert["labels"]["alertname"] for alert in self.alerts(path, status)}


@contextmanager
def _webhook() -> Iterator[Webhook]:
    heard: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Webhook(server, heard)
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def _running(command: Sequence[str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        yield
        assert process.poll() is None, log.read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def _write(path: Path, text: str, **ports: int) -> None:
    for address, port in ports.items():
        text = text.replace(f"127.0.0.1:{address.removeprefix('at_')}", f"127.0.0.1:{port}")
    path.write_text(text, "utf-8")


def _prepare(folder: Path, worker: int, prometheus: int, alertmanager: int, webhook: int) -> None:
    """The shipped files, on free ports, and quicker: no other expression, label or route."""
    ports = {
        "at_9766": worker,
        "at_8767": worker,
        "at_8768": worker,
        "at_9090": prometheus,
        "at_9093": alertmanager,
        "at_9780": webhook,
    }
    scrape = (
        (DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8").replace("interval: 10s", "interval: 1s")
    )
    _write(folder / "prometheus.yml", scrape, **ports)
    rules = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text("utf-8"))
    for group in rules["groups"]:
        group["rules"] = [{**rule, "for": "1s"} if "for" in rule else rule for rule in group["rules"]]
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), "utf-8")
    routes = yaml.safe_load((DEPLOY / "alertmanager" / "alertmanager.yml").read_text("utf-8"))
    for route in (routes["route"], *routes["route"]["routes"]):
        route |= {"group_wait": "0s", "group_interval": "1s"}
    _write(folder / "alertmanager.yml", yaml.safe_dump(routes), **ports)


def test_a_worker_that_ends_is_told_of_and_its_return_too(pipeline: Pipeline, tmp_path: Path):
    programs = _program("prometheus"), _program("prometheus-alertmanager")
    pipeline.send_reference(reference_records())
    port, prometheus, alertmanager = free_ports(3)
    worker = pipeline.worker(metrics_port=str(port))
    with ExitStack() as stack:
        webhook = stack.enter_context(_webhook())
        _prepare(tmp_path, port, prometheus, alertmanager, webhook.port)
        worker.start()
        alerting = [
            programs[1],
            f"--config.file={tmp_path}/alertmanager.yml",
            f"--web.listen-address=127.0.0.1:{alertmanager}",
            f"--storage.path={tmp_path}/alertmanager",
            "--cluster.listen-address=",
        ]
        watching = [
            programs[0],
            f"--config.file={tmp_path}/prometheus.yml",
            f"--web.listen-address=127.0.0.1:{prometheus}",
            f"--storage.tsdb.path={tmp_path}/prometheus",
            "--rules.alert.resend-delay=1s",  # an alert that was raised before Alertmanager was there
        ]
        stack.enter_context(_running(alerting, tmp_path / "alertmanager.log"))
        stack.enter_context(_running(watching, tmp_path / "prometheus.log"))
        until("the heart beats", lambda: webhook.names("/heartbeat", "firing") == {"Watchdog"})
        worker.kill()
        until("someone is called", lambda: "WorkerDown" in webhook.names("/on-call", "firing"))
        worker.start()
        until("it is over", lambda: "WorkerDown" in webhook.names("/on-call", "resolved"))
        (told,) = {
            (alert["labels"]["job"], alert["annotations"]["summary"], alert["annotations"]["runbook_url"])
            for alert in webhook.alerts("/on-call", "firing")
            if alert["labels"]["alertname"] == "WorkerDown"
        }
        assert told == (
            "nhip766-worker",
            f"Worker 127.0.0.1:{port} does not answer",
            "docs/runbook.md#workerdown",
        )
        worker.stop()
