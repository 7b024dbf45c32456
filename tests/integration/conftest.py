"""An installation on real servers, set up and ready for a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.settings import PREFIX, Settings
from streams.sinks.connection import connect
from tests.integration.pipeline import Pipeline

PARTITIONS, PARTIALS_PARTITIONS = 3, 2


@pytest.fixture
def pipeline(database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    """Topics with few partitions, tables, and a short snapshot interval."""
    monkeypatch.setenv(f"{PREFIX}PARTITIONS", str(PARTITIONS))
    monkeypatch.setenv(f"{PREFIX}PARTIALS_PARTITIONS", str(PARTIALS_PARTITIONS))
    monkeypatch.setenv(f"{PREFIX}SNAPSHOT_INTERVAL", "0.2")
    made = Pipeline(Settings(), tmp_path)
    made.set_up()
    yield made
    made.clean_up()


@pytest.fixture
def another(pipeline: Pipeline, tmp_path: Path) -> Iterator[Pipeline]:
    """A second installation on the same servers; programs find it by `environ`."""
    own = pipeline.settings
    names = {
        "topic_prefix": own.topic_prefix,
        "group": own.group,
        "clickhouse_database": own.clickhouse_database,
    }
    folder = tmp_path / "another"
    folder.mkdir()
    made = Pipeline(own.model_copy(update={name: f"{text}b" for name, text in names.items()}), folder)
    made.set_up()
    yield made
    made.clean_up()
    client = connect(own, "migrator")
    client.execute(f"DROP DATABASE IF EXISTS {made.settings.clickhouse_database} SYNC")
    client.disconnect()
