"""The scenarios' ground, their length, and the table at the end of a run."""

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from streams.local.servers import LocalServers
from streams.settings import PREFIX, Settings
from tests.agents.conftest import broker
from tests.faults.ground import Ground
from tests.faults.outcome import Outcome, remarks, row, table
from tests.faults.report import write
from tests.integration.pipeline import Pipeline

__all__ = ["broker"]

PASSED = pytest.StashKey[bool]()
OUTCOMES = pytest.StashKey[list[Outcome]]()
PARTITIONS, PARTIALS_PARTITIONS = 4, 2
NAMES = ("topic_prefix", "group", "clickhouse_database")
"""What tells installations on the same servers apart."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="fault scenarios at full length (make faults)")


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether scenarios run at full length; `pytest` alone runs their short form."""
    return bool(request.config.getoption("--long", default=False))


@pytest.fixture
def outcome(request: pytest.FixtureRequest, servers: LocalServers) -> Iterator[Outcome]:
    """Where the scenario enters what it came to; its seconds begin when the servers are there."""
    del servers
    made = Outcome(request.module.SCENARIO)
    request.config.stash.setdefault(OUTCOMES, []).append(made)
    begun = time.monotonic()
    yield made
    made.seconds = time.monotonic() - begun
    made.passed = request.node.stash.get(PASSED, False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def lay(
    broker: str, database: Settings, outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Ground]]:
    """Give a maker of installations on the servers of the run, each with topics and a database of its own."""
    monkeypatch.setenv(f"{PREFIX}PARTITIONS", str(PARTITIONS))
    monkeypatch.setenv(f"{PREFIX}PARTIALS_PARTITIONS", str(PARTIALS_PARTITIONS))
    made: list[Ground] = []

    def one_more() -> Ground:
        folder = tmp_path / f"ground-{len(made)}"
        folder.mkdir()
        own = Settings()
        names = {name: f"{getattr(own, name)}{len(made)}" for name in NAMES}
        pipeline = Pipeline(own.model_copy(update=names), folder)
        pipeline.set_up()
        made.append(Ground(pipeline, folder, outcome, crc32(outcome.scenario.encode())))
        made[-1].prepare()
        return made[-1]

    yield one_more
    for ground in made:
        ground.clean_up()


@pytest.fixture
def ground(lay: Callable[[], Ground]) -> Ground:
    """An installation."""
    return lay()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    outcomes = config.stash.get(OUTCOMES, [])
    if outcomes:
        terminalreporter.section("fault scenarios")
        for line in [*table([row(one) for one in outcomes]), *remarks(outcomes)]:
            terminalreporter.write_line(line)
        if config.getoption("--long", default=False):
            write(outcomes)
