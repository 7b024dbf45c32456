"""The scenarios' ground, their length, and the table at the end of a run."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from streams.settings import PREFIX, Settings
from tests.agents.conftest import broker
from tests.faults.ground import Ground
from tests.faults.outcome import Outcome, table
from tests.integration.pipeline import Pipeline

__all__ = ["broker"]

OUTCOMES = pytest.StashKey[list[Outcome]]()
PARTITIONS, PARTIALS_PARTITIONS = 4, 2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="fault scenarios at full length (make faults)")


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether scenarios run at full length; `pytest` alone runs their short form."""
    return bool(request.config.getoption("--long", default=False))


@pytest.fixture
def outcome(request: pytest.FixtureRequest) -> Outcome:
    """Where the scenario enters what it came to."""
    made = Outcome(request.module.SCENARIO)
    request.config.stash.setdefault(OUTCOMES, []).append(made)
    return made


@pytest.fixture
def ground(
    broker: str, database: Settings, outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """An installation of its own on the servers of the run."""
    yield from lay_ground(outcome, tmp_path, monkeypatch)


def lay_ground(outcome: Outcome, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Make topics and tables as the environment names them, and leave no process behind."""
    monkeypatch.setenv(f"{PREFIX}PARTITIONS", str(PARTITIONS))
    monkeypatch.setenv(f"{PREFIX}PARTIALS_PARTITIONS", str(PARTIALS_PARTITIONS))
    pipeline = Pipeline(Settings(), folder)
    pipeline.set_up()
    made = Ground(pipeline, folder, outcome, crc32(outcome.scenario.encode()))
    made.prepare()
    yield made
    made.clean_up()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    outcomes = config.stash.get(OUTCOMES, [])
    if outcomes:
        terminalreporter.section("fault scenarios")
        for line in table(outcomes):
            terminalreporter.write_line(line)
