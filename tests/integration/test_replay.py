"""Live = replay: the same events told again, from any source, come to the same rows; a killed replay goes on."""

import json
import os
import signal
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streams.core.periods import LOCAL
from streams.settings import PREFIX
from tests.integration.pipeline import PROGRAM, Pipeline, Raw, now_ms, run, until
from tests.integration.pipeline_world import COMMUNES, Mix, raw, received, reference_records

INTO = "again"
MOMENT = 0.001
"""Seconds between looks at a replay that is to be killed while it sends: it notes its progress hundreds of times."""
SAME_WHEREVER = {"source_offset", "version", "inserted_at", "as_of", "minute", "day"}
NOW = datetime.now(UTC).astimezone(LOCAL)
LATEST = NOW.replace(microsecond=0) - timedelta(hours=1)


class Told:
    """The installation that a replay made."""

    def __init__(self, live: Pipeline) -> None:
        name = f"{live.settings.topic_prefix}-{INTO}"
        changes = {"topic_prefix": name, "group": name, "clickhouse_database": name.replace("-", "_")}
        self.name = name
        self.pipeline = Pipeline(live.settings.model_copy(update=changes), Path())


@pytest.fixture
def told(pipeline: Pipeline):
    made = Told(pipeline)
    yield made
    client = made.pipeline.client()
    client.disconnect()


def replay(told: Told, *arguments: str) -> dict[str, Any]:
    done = run("replay", *arguments, "--into", told.name, "--json", seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def live(pipeline: Pipeline, number: int = 40) -> str:
    """Let a worker work on a mix of events by the wall clock; return the moment of its rows, as an option has it."""
    pipeline.send_reference(reference_records())
    with pipeline.running():
        events = Mix(9, number, LATEST).events()
        pipeline.send(events[: len(events) // 2])
        pipeline.await_committed()
        pipeline.send(events[len(events) // 2 :])
        pipeline.send_raw([Raw(b"k", b"{"), raw(received("H98.1.1-260801-9999", "H97", LATEST))])
        pipeline.settle()
        until(
            "the archive is complete",
            lambda: _archived(pipeline) == {n: e - 1 for n, e in pipeline.ends().items() if e},
        )
    return datetime.fromtimestamp(now_ms() / 1000, LOCAL).strftime("%Y-%m-%dT%H:%M:%S")


def _archived(pipeline: Pipeline) -> dict[int, int]:
    return {row["source_partition"]: row["source_offset"] for row in pipeline.rows("archive_progress")}


def seen(pipeline: Pipeline, table: str, *key: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows that readers see, by key, without what tells only where and when they were written."""
    return {
        tuple(row[name] for name in key): {
            name: value for name, value in row.items() if name not in SAME_WHEREVER
        }
        for row in pipeline.rows(table)
    }


def assert_same(first: Pipeline, second: Pipeline) -> None:
    """Every row of the first is in the second, value by value; facts are the same as a whole."""
    for table, key in (("dossiers", "dossier_code"), ("petitions", "petition_code")):
        assert seen(second, table, key) == seen(first, table, key)
        assert seen(first, table, key)
    for table in ("score_snapshots", "indicator_snapshots"):
        was, now = (seen(one, table, "formula", "period", "unit_code") for one in (first, second))
        assert was
        for place, row in was.items():
            assert now[place] == row, place


@pytest.mark.parametrize("origin", ["archive", "topic", "files"])
def test_live_equals_replay(pipeline, told, origin, tmp_path):
    at = live(pipeline)
    options = ["--from", origin, "--until", at, "--since", f"{LATEST:%Y-%m-%d}"]
    if origin == "files":
        file = tmp_path / "events.jsonl"
        rows = pipeline.query("SELECT event FROM archived_events ORDER BY cityHash64(event)")
        file.write_text("\n".join([*(row["event"] for row in rows), '{"v": 1}', "{"]), "utf-8")
        options = [str(file), *options[2:]]
    summary = replay(told, *options)
    assert summary["events"] == len(pipeline.rows("events"))
    assert summary["left_out"] == {"topic": {"no_event": 1}, "files": {"unknown_type": 1, "not_json": 1}}.get(
        origin, {}
    )
    assert (summary["resumed"], summary["computed"]) == (False, True)
    assert_same(pipeline, told.pipeline)
    again = replay(told, *options)
    assert (again["events"], again["ticks"], again["resumed"]) == (summary["events"], summary["ticks"], True)
    assert told.pipeline.read("dossier-events")[-1].value is not None


def test_a_replay_that_is_killed_goes_on_and_comes_to_the_same_rows(pipeline, told, tmp_path, monkeypatch):
    at = live(pipeline, 120)
    command = [
        *PROGRAM,
        "replay",
        "--from",
        "topic",
        "--into",
        told.name,
        "--until",
        at,
        "--since",
        "2026-01-01",
        "--tick",
        "hour",
    ]
    spool = Path(os.environ[PREFIX + "DATA_DIR"]) / "replays" / f"{told.name}.db"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("something was sent", lambda: _noted(spool, "ticks"), pause=MOMENT)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _noted(spool, "sent") is None, "it was killed too late to show anything"
    summary = replay(told, "--from", "topic", "--until", at, "--since", "2026-01-01", "--tick", "hour")
    assert summary["resumed"] is True
    assert_same(pipeline, told.pipeline)


def _noted(spool: Path, name: str) -> Any:
    if not spool.exists():
        return None
    with sqlite3.connect(f"file:{spool}?mode=ro", uri=True) as file:
        try:
            found = file.execute("SELECT said FROM notes WHERE name = ?", (name,)).fetchone()
        except sqlite3.OperationalError:
            return None
    return None if found is None else json.loads(found[0])


def test_a_replay_into_itself_or_into_topics_in_use_is_refused(pipeline, tmp_path):
    prefix = pipeline.settings.topic_prefix
    itself = run("replay", "--from", "topic", "--into", prefix)
    assert (itself.returncode, itself.stderr.count("\n")) == (2, 1)
    assert "NHIP766_TOPIC_PREFIX" in itself.stderr
    pipeline.send_raw([Raw(b"k", b"{}")])
    file = tmp_path / "e.jsonl"
    file.write_text("{}", "utf-8")
    monkey = {
        PREFIX + "TOPIC_PREFIX": "other",
        PREFIX + "GROUP": "other",
        PREFIX + "CLICKHOUSE_DATABASE": "other",
    }
    used = run("replay", str(file), "--into", prefix, "--database", "other_again", **monkey)
    assert used.returncode == 2
    assert used.stderr.startswith(f"error: {prefix}.dossier-events.v1 holds events")
    unfit = run("replay", str(file), "--into", "No Name")
    assert unfit.stderr.startswith("error: NHIP766_TOPIC_PREFIX")
    nothing = run("replay", "--into", "x")
    assert nothing.stderr.startswith("error: give files")


def test_from_an_offset_or_a_time_the_topic_is_read_from_there(pipeline, told):
    pipeline.send_reference(reference_records())
    pipeline.send([received(f"H98.1.1-260810-{n:04}", COMMUNES[0], LATEST) for n in range(30)])
    after = now_ms() + 1
    until("time has passed", lambda: now_ms() > after)
    pipeline.send([received(f"H98.1.1-260811-{n:04}", COMMUNES[0], LATEST) for n in range(7)])
    summary = replay(told, "--from", "topic", "--from-offset", "5", "--no-worker")
    assert summary["events"] == sum(max(0, end - 5) for end in pipeline.ends().values())
    assert summary["computed"] is False
    late = Told(pipeline)
    late.name += "-late"
    moment = datetime.fromtimestamp(after / 1000, LOCAL).replace(tzinfo=None)
    summary = replay(
        late, "--from", "topic", "--from-time", moment.strftime("%Y-%m-%dT%H:%M:%S"), "--no-worker"
    )
    assert 7 <= summary["events"] <= 37
