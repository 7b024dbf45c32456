"""An installation on real servers, set up and ready for a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.settings import PREFIX, Settings
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
