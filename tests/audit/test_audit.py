"""`nhip766 audit` on real servers with a worker: clean when all is well, every kind of tampering found and named."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from streams.audit.audit import Audit, Request
from streams.cli.simulate import tell
from streams.core.periods import moment
from streams.errors import UserError
from streams.intake.dead_letters import dead_letter
from streams.read.reader import Reader
from streams.scenarios import scenario
from streams.settings import PREFIX, Settings
from streams.sinks.connection import connect
from tests.integration.pipeline import Pipeline, Raw, run
from tests.integration.pipeline_world import (
    COMMUNES,
    DISTRICTS,
    Mix,
    local,
    raw,
    received,
    reference_records,
    resolved,
    tick,
)

FIRST, SECOND = local("2026-08-20 17:00"), local("2026-09-01 08:00")
UNIT, MONTH = COMMUNES[0], "2026-08"
IN_TIME = f"{UNIT}-260803-0001"


def audit(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document of one audit in a process of its own."""
    done = run("audit", "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def differing(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The differences of one unit and period by what they are of."""
    return {
        one["what"]: one for one in document["differences"] if (one["unit"], one["period"]) == (UNIT, MONTH)
    }


@contextmanager
def told(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """A replay that was told to its end, and the places of what was refused; the worker runs on."""
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    pipeline.send_reference(reference_records())
    events = Mix(766, dossiers=30, latest=local("2026-08-31 17:00")).events()
    half = len(events) // 2
    with pipeline.running():
        first = [
            received(IN_TIME, UNIT, local("2026-08-03 08:00"), local("2026-08-05 08:00")),
            resolved(IN_TIME, UNIT, local("2026-08-04 08:00")),
        ]
        pipeline.send_raw([raw(one) for one in (*first, *events[:half])])
        bad = pipeline.send_raw(
            [Raw(b"x", b"not json"), Raw(None, b"{}"), Raw(b"y", b'{"type": "dossier.imagined"}')]
        )
        pipeline.send([tick(FIRST)])
        pipeline.send_raw([raw(one) for one in (*events[half:], *first)])
        pipeline.send([tick(SECOND, last=True)])
        pipeline.await_committed()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(SECOND))
        yield bad


def test_a_told_replay_is_clean_and_what_is_tampered_with_is_found_and_named(pipeline, monkeypatch):
    with told(pipeline, monkeypatch) as refused:
        _all_is_well(refused)
        _a_past_moment_is_well_too()
        _a_row_with_a_wrong_numerator_is_named(pipeline)
        _a_dossier_with_a_wrong_date_is_named(pipeline)


def _all_is_well(refused):
    code, document = audit()
    assert document["differences"] == []
    assert document["facts"]["differing"] == []
    account = document["account"]
    assert account["faults"] == []
    assert (code, document["ok"]) == (0, True)
    units = 2 + len(DISTRICTS) + len(COMMUNES)
    periods = {"2026", "2026-Q3", "2026-Q2", "2026-09", "2026-08", "2026-07"}
    assert document["cells"]["log"] == document["cells"]["sql"] >= units * len(periods) * (21 * 4 + 8)
    assert account["dead letters"] == len(refused)
    assert account["ticks"] == 2 * Settings().partitions
    assert account["merged, repetition"] >= 2
    merged = account["merged, changed"] + account["merged, repetition"]
    assert account["records"] == merged + account["ticks"] + account["dead letters"]


def _a_past_moment_is_well_too():
    code, document = audit("--as-of", FIRST.isoformat(), "--period", MONTH)
    assert (code, document["differences"]) == (0, [])
    assert datetime.fromisoformat(document["as_of"]) == FIRST
    assert document["cells"]["sql"] == 0
    assert "SQL not asked" in document["notes"][0]


def _a_row_with_a_wrong_numerator_is_named(pipeline):
    _move_numerator(pipeline, 1)
    code, document = audit("--unit", UNIT, "--period", MONTH)
    assert code == 1
    found = differing(document)
    assert list(found) == ["RESOLVED_ON_TIME numerator"]
    one = found["RESOLVED_ON_TIME numerator"]
    assert one["live"] == one["log"] + 1 == one["sql"] + 1
    assert one["dossiers"] == []
    _move_numerator(pipeline, -1)


def _move_numerator(pipeline, by):
    """Change how many were resolved on time in one unit and month."""
    moved = f"arrayMap((n, code) -> if(code = 'RESOLVED_ON_TIME', n + ({by}), n), numerators, indicators)"
    place = f"unit_code = '{UNIT}' AND period = '{MONTH}'"
    _overwrite(pipeline, "indicator_snapshots", place, "numerators", moved)


def _a_dossier_with_a_wrong_date_is_named(pipeline):
    _overwrite(
        pipeline, "dossiers", f"dossier_code = '{IN_TIME}'", "finished_at", "finished_at + toIntervalDay(9)"
    )
    code, document = audit("--unit", UNIT, "--period", MONTH)
    assert code == 1
    one = differing(document)["RESOLVED_ON_TIME numerator"]
    assert one["live"] == one["log"] == one["sql"] + 1
    assert one["dossiers"] == [IN_TIME]
    assert document["facts"]["differing"] == [], "the row says the same event: only counting finds it"


def _overwrite(pipeline, table, where, column, value):
    """Write a row again, one version higher, with one column changed."""
    changes = (
        f"SELECT * REPLACE ({value} AS {column}, version + 1 AS version) FROM {table} FINAL WHERE {where}"
    )
    client = connect(pipeline.settings, "writer")
    client.execute(f"INSERT INTO {table} {changes}")
    client.disconnect()


def test_a_dead_letter_too_many_or_too_few_breaks_the_account(pipeline, monkeypatch):
    with told(pipeline, monkeypatch) as refused:
        topic, letters = pipeline.topic("dossier-events"), pipeline.topic("dead-letters")
        good = next(
            record
            for record in pipeline.read("dossier-events")
            if (record.partition, record.offset) not in refused
        )
        key, value, headers = dead_letter("not_json", good.value, topic, good.partition, good.offset, 0)
        _bury(pipeline, key, value, headers)
        code, document = audit("--unit", UNIT, "--period", MONTH)
        assert (code, document["account"]["double"]) == (1, 1)
        (fault,) = document["account"]["faults"]
        assert (fault["partition"], fault["offset"]) == (good.partition, good.offset)
        assert "the record is good" in fault["problem"]
        _forget_all_letters(pipeline, letters)
        code, document = audit("--unit", UNIT, "--period", MONTH)
        assert (code, document["account"]["missing"], document["account"]["dead letters"]) == (
            1,
            len(refused),
            0,
        )
        assert {(one["partition"], one["offset"]) for one in document["account"]["faults"]} == set(refused)


def _bury(pipeline, key, value, headers):
    with closing(KafkaProducer(bootstrap_servers=pipeline.settings.kafka)) as producer:
        producer.send(pipeline.topic("dead-letters"), key=key, value=value, headers=headers).get(30)


def _forget_all_letters(pipeline, name):
    with closing(KafkaAdminClient(bootstrap_servers=pipeline.settings.kafka)) as admin:
        count = len(admin.describe_topics([name])[0]["partitions"])
        admin.delete_records({TopicPartition(name, number): -1 for number in range(count)})


def test_a_live_worker_is_audited_while_events_come(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running():
        now = local("2026-08-31 17:00")
        events = Mix(3, dossiers=20, latest=now).events()
        pipeline.send_raw([raw(one) for one in events[::2]])
        code, document = audit()
        assert (code, document["differences"], document["account"]["faults"]) == (0, [], [])
        pipeline.send_raw([raw(one) for one in events[1::2]])
        code, document = audit()
        assert (code, document["differences"], document["account"]["records"]) == (0, [], len(events))


def test_without_a_worker_the_audit_says_how_far_it_is_behind(pipeline):
    pipeline.send([received(IN_TIME, UNIT, local("2026-08-03 08:00"), local("2026-08-05 08:00"))])
    with Reader(pipeline.settings) as reader:
        waiting = Audit(pipeline.settings, reader, nothing_to_see, lambda _: None, patience=1.0)
        with pytest.raises(
            UserError, match="committed offsets stay 1 events behind the end of the log: is a worker"
        ):
            waiting.run(Request(frozenset(), (), None))


def test_a_past_moment_of_a_live_system_is_refused_in_words(pipeline):
    refused = run("audit", "--as-of", "2026-08-20")
    assert refused.returncode == 2
    assert refused.stderr.strip().startswith("error: --as-of: only a replay")


@contextmanager
def nothing_to_see(what, total):
    yield list[int]().append


def test_the_scenario_of_phu_tho_is_audited_without_a_difference(pipeline, monkeypatch):
    story = scenario("phu-tho-2026-08")
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    monkeypatch.setenv(f"{PREFIX}FORMULA", story.formula)
    settings = Settings()
    worker = pipeline.worker()
    assert tell(story, settings, lambda _: None, prepared=lambda _: worker.start()) == []
    with Reader(settings) as reader:
        report = Audit(settings, reader, nothing_to_see, lambda _: None, patience=60.0).run(
            Request(frozenset(), (MONTH, "2026-Q3"), None)
        )
    assert report.differences == []
    assert (report.faults, report.stale) == ([], [])
    assert report.account["merged, changed"] > 60_000
    assert report.log_cells == report.sql_cells > 4_000
    worker.stop()
