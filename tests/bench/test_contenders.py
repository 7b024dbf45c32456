"""The contenders that need no packages but ours, on a tiny load: what they count is what the documents say."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bench.contenders.common import Task
from bench.filling import fill
from bench.load import events
from schemas.topics import load_topic
from streams.intake.topic_admin import create_topics
from streams.settings import Settings
from tests.bench.documents import counted
from tests.conftest import ROOT

UNTIL = datetime(2026, 11, 24, 12, tzinfo=UTC)
PARTITIONS = 3


@pytest.mark.parametrize("module", ["aiokafka_getmany", "textbook_faust", "clickhouse_alone"])
def test_a_contender_reads_every_event_and_counts_right(module: str, database: Settings):
    settings = database.model_copy(update={"partitions": PARTITIONS})
    create_topics(settings, settings.kafka)
    topic = load_topic("dossier-events").full_name(settings)
    records = list(events(600, until=UNTIL))
    assert fill(settings.kafka, topic, PARTITIONS, records) == len(records)
    given = Task(settings.kafka, topic, PARTITIONS, len(records), f"{module}_{settings.group}")
    ran = subprocess.run(
        [sys.executable, "-m", f"bench.contenders.{module}", given.text()],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        cwd=ROOT,
    )
    said = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith("{")))
    assert said["events"] <= len(records)
    assert said["counted"] == (None if module == "aiokafka_getmany" else counted(records))
