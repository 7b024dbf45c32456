"""The broker is killed while a worker's records are on their way, stays away, and comes back; or one of three is."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from streams.intake.topic_admin import wanted_topics
from streams.local.servers import LocalServers
from streams.settings import PREFIX
from tests.conftest import ROOT
from tests.faults.cluster import NODES, Cluster
from tests.faults.gated import GatedWorker
from tests.faults.ground import Ground
from tests.integration.pipeline import PROGRAM

SCENARIO = "5 broker killed and away"
LONG_OUTAGE = 200
"""Seconds."""
MOST_GROWTH = 256 * 1024
"""KiB that a worker may grow while its broker is away: nothing piles up for the outage."""
EXPECTED = (
    r'"logger": "(aiokafka|faust|mode|kafka|asyncio|streams\.agents\.engine)[."]',
    r'"event": "worker fails", "problem": "(TimeoutError|Kafka\w*Error|\w*(Coordinator|Connection|Node)\w*Error)',
    r"^error: Kafka at ",
)
"""What a worker says whose broker is gone."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take the long outage and the three brokers at full length only: they need minutes, whatever is done meanwhile."""
    is_long = metafunc.config.getoption("--long", default=False)
    metafunc.parametrize("part", ["one broker", "a fleet", "three brokers"] if is_long else ["one broker"])


def test_a_broker_killed_with_records_on_their_way_and_away_costs_no_row(
    lay, servers, outcome, part, is_long, tmp_path, monkeypatch
):
    outcome.scenario += f", {part}"
    if part == "a fleet":
        _a_supervised_fleet_outlasts_it(lay(), servers)
    elif part == "three brokers":
        with _cluster(tmp_path / "cluster") as cluster:
            monkeypatch.setenv(f"{PREFIX}KAFKA", cluster.bootstrap)
            _one_of_three_killed_and_two_away(lay(), cluster)
    else:
        ground = lay()
        _outage(ground, lambda: servers.stop_kafka(kill=True), servers.start_kafka, 60.0 if is_long else 2.0)
        ground.judge()


def _a_supervised_fleet_outlasts_it(ground: Ground, servers: LocalServers):
    """The broker is away for longer than five falls take; only the supervisor starts workers, and their stores stay."""
    variables = ground.variables(store="rocksdb")
    fleet = ground.pipeline.worker([*PROGRAM, "worker", "--workers", "2"], **variables)
    fleet.launch()
    ground.send(300)
    ground.pipeline.await_committed()
    servers.stop_kafka(kill=True)
    ground.outcome.kills += 1
    time.sleep(LONG_OUTAGE)  # the length of the outage is the fault
    assert fleet.is_running(), fleet.text()[-3000:]
    assert fleet.text().count("a server is away") >= LONG_OUTAGE // 60
    servers.start_kafka()
    with ground.recovery():
        ground.send(300)
    ground.judge()
    fell = fleet.text().count("is started again")
    assert fell >= 2, "the outage was too short for a worker to fall"
    assert "made anew" not in fleet.text()
    fleet.stop()
    ground.outcome.remarks.append(f"a supervised fleet: away for {LONG_OUTAGE} s, {fell} workers fell")


def _one_of_three_killed_and_two_away(ground: Ground, cluster: Cluster):
    topics = [topic.name for topic in wanted_topics(ground.pipeline.settings)]
    assert cluster.safety([*topics, "__consumer_offsets"]) == {(3, "2")}
    for node in range(NODES):
        _outage(ground, partial(cluster.kill, node), partial(cluster.start, node), 15.0)
    _outage(ground, partial(cluster.kill, 0, 1), partial(cluster.start, 0, 1), 20.0)
    ground.judge()


@contextmanager
def _cluster(folder: Path) -> Iterator[Cluster]:
    """Three brokers, at full length only: their starts and elections take longer than all the rest."""
    made = Cluster(folder, ROOT / ".nhip766" / "cache")
    try:
        made.start(*range(NODES))
        yield made
    finally:
        made.kill(*range(NODES))


def _outage(ground: Ground, kill: Callable[[], None], start: Callable[[], None], seconds: float):
    """Kill while a worker stands still with records handed over and not acknowledged; wake it; come back."""
    ground.start_fallen(2)
    ground.send(300)
    victim = ground.running()[0]
    ground.stand_still(victim, "sent")
    before = {id(worker): _memory(worker) for worker in ground.running()}
    kill()
    ground.outcome.kills += 1
    for worker in ground.running():
        worker.expected = list(EXPECTED)
    victim.process.send_signal(signal.SIGCONT)
    time.sleep(seconds)  # the length of the outage is the fault
    for worker in ground.running():
        assert _memory(worker) - before[id(worker)] < MOST_GROWTH
    start()
    with ground.recovery():
        ground.await_committed_by(2)
    ground.send(100)
    ground.await_committed_by(2)


def _memory(worker: GatedWorker) -> int:
    """Resident memory of a worker at its highest, KiB."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text("ascii")
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
