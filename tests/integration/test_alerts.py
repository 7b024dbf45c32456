"""Alerts of a running system on the wall clock: raised by time alone, once, and resolved when the cause is gone."""

import json
from collections import Counter
from datetime import datetime, timedelta

from schemas.alert_wire import Alert, decode_alert
from streams.core.periods import LOCAL, calendar_periods, moment
from tests.integration.pipeline import now_ms, run, until
from tests.integration.pipeline_world import COMMUNES, received, reference_records, resolved, tick

UNIT = COMMUNES[0]
DOSSIER = "H98.1.1-260801-0001"
AHEAD = timedelta(seconds=10)


def told(pipeline, kind: str) -> list[Alert]:
    """What the topic says of a kind, in order."""
    alerts = [decode_alert(record.value) for record in pipeline.read("alerts")]
    return [alert for alert in alerts if alert.kind == kind]


def changes(pipeline, kind: str = "dossier_late") -> list[tuple[str, int]]:
    return [(alert.change, alert.seq) for alert in told(pipeline, kind)]


def test_a_dossier_left_alone_is_told_once_and_resolved_late_it_resolves(pipeline):
    pipeline.send_reference(reference_records())
    with pipeline.running():
        now = datetime.now(LOCAL)
        due = now + AHEAD
        pipeline.send([received(DOSSIER, UNIT, now - timedelta(hours=1), due)])
        ends = until("the dossier is there", lambda: pipeline.ends() if pipeline.rows("dossiers") else None)
        until("it is told", lambda: changes(pipeline) == [("raised", 1)])
        assert pipeline.ends() == ends, "no event came"
        (alert,) = told(pipeline, "dossier_late")
        assert alert.changed_at == alert.due_at == moment(due)
        assert not alert.silent
        assert alert.told_units == (UNIT,)
        year = calendar_periods(now_ms())[2].key
        until("the score knows", lambda: pipeline.indicator(UNIT, year, "RESOLVED_ON_TIME") == (0, 1))
        until(
            "the row is in",
            lambda: [row["dossier_code"] for row in pipeline.query("SELECT * FROM open_alerts")],
        )
        (deadline,) = pipeline.query("SELECT * FROM deadlines WHERE state = 'late'")
        assert deadline["dossier_code"] == DOSSIER
        (count,) = pipeline.query("SELECT * FROM deadline_counts WHERE state = 'late'")
        assert (count["unit_code"], count["dossiers"]) == (UNIT, 1)

        pipeline.send([resolved(DOSSIER, UNIT, datetime.now(LOCAL))])
        until("it is resolved", lambda: changes(pipeline) == [("raised", 1), ("resolved", 2)])
        until("nothing is open", lambda: not pipeline.query("SELECT * FROM open_alerts"))
        assert len({alert.alert_id for alert in told(pipeline, "dossier_late")}) == 1


def test_an_alert_is_acknowledged_by_whichever_worker_owns_it_and_stays_so_after_a_restart(pipeline):
    pipeline.send_reference(reference_records())
    now = datetime.now(LOCAL)
    late = received(DOSSIER, UNIT, now - timedelta(hours=3), now - timedelta(hours=1))
    with pipeline.running():
        pipeline.send([late])
        until("it is told", lambda: changes(pipeline) == [("raised", 1)])
        (alert,) = told(pipeline, "dossier_late")
        until("readers see it", lambda: pipeline.query("SELECT * FROM open_alerts"))
        said = run("alerts", "ack", alert.alert_id[:12], "--by", "van-phong", **pipeline.environ())
        assert said.returncode == 0, said.stderr
        until("it is acknowledged", lambda: changes(pipeline)[1:] == [("acknowledged", 2)])
        until(
            "readers see who has it",
            lambda: [row["acted_by"] for row in pipeline.query("SELECT * FROM open_alerts")] == ["van-phong"],
        )
        listed = run("alerts", "list", "--unit", UNIT, "--json", **pipeline.environ())
        found = [json.loads(line) for line in listed.stdout.splitlines()]
        assert [(one["alert_id"], one["status"]) for one in found if one["kind"] == "dossier_late"] == [
            (alert.alert_id, "acknowledged")
        ]
    with pipeline.running():
        pipeline.send([resolved(DOSSIER, UNIT, datetime.now(LOCAL))])
        until("it is resolved", lambda: changes(pipeline)[2:] == [("resolved", 3)])


def test_workers_killed_before_at_and_after_the_moment_raise_one_alert(pipeline):
    """Killed before the moment and down over it, killed once the alert is on the topic, and killed later."""
    pipeline.send_reference(reference_records())
    worker = pipeline.worker()
    worker.start()
    now = datetime.now(LOCAL)
    due = now + timedelta(seconds=3)
    pipeline.send([received(DOSSIER, UNIT, now - timedelta(hours=1), due)])
    pipeline.await_committed()
    worker.kill()
    until("the moment has passed with nobody there", lambda: datetime.now(LOCAL) > due)
    worker.start()
    up = now_ms()
    until("it is told", lambda: changes(pipeline) == [("raised", 1)])
    dwell = told(pipeline, "dossier_late")[0].as_of - max(up, moment(due))
    print(f"dwell beyond the downtime: {dwell} ms")
    worker.kill()
    worker.start()
    second = "H98.1.1-260801-0002"
    pipeline.send([received(second, UNIT, now - timedelta(hours=1), due)])
    until(
        "the other one is told", lambda: len(Counter(a.alert_id for a in told(pipeline, "dossier_late"))) == 2
    )
    worker.kill()
    with pipeline.running():
        pipeline.send(
            [resolved(DOSSIER, UNIT, datetime.now(LOCAL)), resolved(second, UNIT, datetime.now(LOCAL))]
        )
        until(
            "both are resolved",
            lambda: sum(alert.change == "resolved" for alert in told(pipeline, "dossier_late")) == 2,
        )
    kept = {(alert.alert_id, alert.seq): alert.change for alert in told(pipeline, "dossier_late")}
    assert sorted(kept.values()) == ["raised", "raised", "resolved", "resolved"]
    raised = [alert for alert in told(pipeline, "dossier_late") if alert.change == "raised"]
    assert {alert.changed_at for alert in raised} == {moment(due)}


def test_a_replayed_past_is_stored_and_silent(pipeline):
    pipeline.send_reference(reference_records())
    begin = datetime(2024, 1, 2, 8, 0, tzinfo=LOCAL)
    events = []
    for day in range(0, 90, 3):
        at = begin + timedelta(days=day)
        code = f"H98.1.1-2401{day:02}-0001"
        events.append(received(code, UNIT, at, at + timedelta(days=4)))
        events.append(tick(at))
        if day % 2:
            events.append(resolved(code, UNIT, at + timedelta(hours=1)))
    events.append(tick(begin + timedelta(days=100), last=True))
    with pipeline.running(clock="ticks"):
        pipeline.send(events)
        pipeline.await_committed()
        until("the past is told", lambda: len(told(pipeline, "dossier_late")) > 15)
        ids = {
            alert.alert_id for kind in ("dossier_late", "dossier_due_today") for alert in told(pipeline, kind)
        }
        until("its rows are in", lambda: len(ids - {r["alert_id"] for r in pipeline.rows("alerts")}) == 0)
    alerts = [decode_alert(record.value) for record in pipeline.read("alerts")]
    assert [alert for alert in alerts if not alert.silent] == []
    assert not pipeline.query("SELECT * FROM alerts_view WHERE silent = 0")
    told_twice = [place for place, count in Counter((a.alert_id, a.seq) for a in alerts).items() if count > 1]
    assert told_twice == []
