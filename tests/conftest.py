"""What every test may rely on: real servers, fresh names, and that no error passes unseen."""

import logging
import os
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_driver import Client

from streams.errors import UserError
from streams.local.servers import LocalServers
from streams.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]


class _Errors(logging.Handler):
    """Collects what was logged as an error.

    kafka-python logs every connection that a broker or a closing client drops as an error; what matters, it raises.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] != "kafka":
            self.seen.append(f"{record.name}: {record.getMessage()}")


class _NotRun:
    """Counts tests that were skipped, by reason, and says so in the very last line of a run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reasons: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            self._reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1

    def pytest_unconfigure(self) -> None:
        said = "; ".join(f"{count} because {reason}" for reason, count in self._reasons.items())
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if said and terminal is not None:
            terminal.write_line(f"not run: {said}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_NotRun(config))
    # A run that a shell put into the background ignores Ctrl-C, and so would every process that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def logged_errors() -> Iterator[list[str]]:
    """Fail a test in which an error was only logged; one that provokes it clears this list."""
    handler = _Errors()
    logging.getLogger().addHandler(handler)
    yield handler.seen
    logging.getLogger().removeHandler(handler)
    assert not handler.seen, "errors were logged, and nobody looked"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings of the person who runs the tests out of them."""
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("streams.settings.DOTENV", tmp_path / ".env")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Apache Kafka and ClickHouse, real, for the whole run; a missing part fails CI and skips elsewhere."""
    data_dir = tmp_path_factory.mktemp("servers")
    local = LocalServers(data_dir, kafka="apache", publish=False, cache=ROOT / ".nhip766" / "cache")
    try:
        local.start()
    except UserError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    yield local
    local.stop()


@pytest.fixture
def database(servers: LocalServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings with a database, a topic prefix and a group that nobody used before; none of them exists yet.

    The environment carries the same settings, so that programs started by the test find them.
    """
    run = secrets.token_hex(4)
    values = {
        **servers.environ(),
        f"{PREFIX}CLICKHOUSE_DATABASE": f"test_{run}",
        f"{PREFIX}TOPIC_PREFIX": f"t{run}",
        f"{PREFIX}GROUP": f"t{run}",
        f"{PREFIX}DATA_DIR": str(tmp_path / "data"),
        f"{PREFIX}HASH_KEY": "a key for tests only",
        f"{PREFIX}METRICS_PORT": "0",
        f"{PREFIX}SUPERVISOR_PORT": "0",
    }
    for name, text in values.items():
        monkeypatch.setenv(name, text)
    settings = Settings()
    yield settings
    user, password = settings.clickhouse_account("migrator")
    client = Client(settings.clickhouse_host, settings.clickhouse_port, user=user, password=password)
    client.execute(f"DROP DATABASE IF EXISTS {settings.clickhouse_database} SYNC")
    client.disconnect()
