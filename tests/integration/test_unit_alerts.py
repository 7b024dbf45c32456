"""Alerts of units and sources of a running system: compared in ClickHouse, told once, ended with their cause."""

from datetime import datetime, timedelta

from schemas.alert_wire import Alert, decode_alert
from schemas.events import Event
from streams.core.periods import LOCAL, calendar_periods
from streams.sinks.connection import connect
from tests.integration.pipeline import Pipeline, now_ms, until
from tests.integration.pipeline_world import COMMUNES, PROVINCE, received, reference_records, resolved

UNIT = COMMUNES[0]
OLD_SOURCE = "cong-cu"
WATCHED = {
    "alert_units_seconds": "0.2",
    "alert_period": "year",
    "alert_least_resolved": "1",
    "alert_on_time_percent": "50",
    "alert_source_hours": "1",
    "alert_horizon_hours": "8784",
}


def told(pipeline: Pipeline, kind: str, unit: str = UNIT) -> list[Alert]:
    """What the topic says of a kind and a unit, in order, each change once as readers keep it."""
    alerts = [decode_alert(record.value) for record in pipeline.read("alerts")]
    kept = {(alert.alert_id, alert.seq): alert for alert in alerts}
    return [alert for alert in kept.values() if alert.kind == kind and alert.unit_code == unit]


def changes(pipeline: Pipeline, kind: str, unit: str = UNIT) -> list[tuple[str, int]]:
    return [(alert.change, alert.seq) for alert in told(pipeline, kind, unit)]


def open_kinds(pipeline: Pipeline) -> set[str]:
    """The kinds of open alerts about the unit's share and groups, as readers see them."""
    rows = pipeline.query("SELECT kind FROM open_alerts WHERE unit_code = %(unit)s", unit=UNIT)
    return {row["kind"] for row in rows} & {"on_time_low", "group_fell"}


def dossiers(first: int, count: int, due: timedelta, **fields: str) -> list[Event]:
    """Dossiers received three hours ago and resolved now; due so much from now."""
    now = datetime.now(LOCAL)
    codes = [f"{UNIT}-260801-{number:04}" for number in range(first, first + count)]
    begun = [received(code, UNIT, now - timedelta(hours=3), now + due, **fields) for code in codes]
    return [*begun, *(resolved(code, UNIT, now) for code in codes)]


def rename_view(pipeline: Pipeline, name: str, other: str) -> None:
    """Take a view away that looks need, or give it back."""
    client = connect(pipeline.settings, "migrator")
    client.execute(f"RENAME TABLE {name} TO {other}")
    client.disconnect()


def have_a_better_yesterday(pipeline: Pipeline) -> None:
    """Write into the history that every group had 99 points when the day began."""
    year = calendar_periods(now_ms())[2].key
    client = connect(pipeline.settings, "migrator")
    client.execute(
        "INSERT INTO score_days SELECT * REPLACE (mapApply((k, v) -> (k, toDecimal32(99, 2)), groups) AS groups,"
        " toDateTime64(toStartOfDay(toTimeZone(now(), 'Asia/Ho_Chi_Minh')), 3, 'UTC') - 60 AS as_of, 1 AS version)"
        " FROM score_snapshots FINAL WHERE unit_code = %(unit)s AND period = %(year)s",
        {"unit": UNIT, "year": year},
    )
    client.disconnect()


def have_an_old_source(pipeline: Pipeline) -> None:
    """Write into the archive that a source spoke ten days ago and not since."""
    client = connect(pipeline.settings, "migrator")
    client.execute(
        "INSERT INTO events (epoch, topic, source_partition, source_offset, appended_at, event) SELECT"
        " any(epoch), any(topic), 0, 1000000, now() - INTERVAL 10 DAY, %(event)s FROM archive_progress",
        {"event": f'{{"source": "{OLD_SOURCE}"}}'},
    )
    client.disconnect()


def test_units_and_sources_are_told_once_over_a_kill_and_resolve_when_the_cause_is_gone(pipeline):
    pipeline.send_reference(reference_records())
    rename_view(pipeline, "indicator_detail", "hidden")
    with pipeline.running(**WATCHED) as blind:
        pipeline.send(dossiers(0, 2, timedelta(hours=-1)))
        pipeline.settle()
        until("the archive is on", lambda: pipeline.rows("archive_progress"))
        until("a look fails", lambda: "units are not looked at" in blind.text())
    assert told(pipeline, "on_time_low") == [], (
        "a worker that cannot look works on and tells nothing of units"
    )
    rename_view(pipeline, "hidden", "indicator_detail")
    have_a_better_yesterday(pipeline)
    have_an_old_source(pipeline)

    worker = pipeline.worker(**WATCHED)
    worker.start()
    until("the share is told", lambda: changes(pipeline, "on_time_low") == [("raised", 1)])
    until("groups are told", lambda: changes(pipeline, "group_fell"))
    until("the source is told", lambda: changes(pipeline, "source_silent", PROVINCE) == [("raised", 1)])
    worker.kill()
    (share,) = told(pipeline, "on_time_low")
    assert share.figures == {"ratio": 0, "threshold": 5000}
    (source,) = told(pipeline, "source_silent", PROVINCE)
    assert (source.subject, source.silent) == (OLD_SOURCE, False)

    with pipeline.running(**WATCHED):
        pipeline.send(dossiers(10, 3, timedelta(hours=5)))
        pipeline.send(dossiers(20, 1, timedelta(hours=5), source=OLD_SOURCE))
        until(
            "the share is better",
            lambda: changes(pipeline, "on_time_low") == [("raised", 1), ("resolved", 2)],
        )
        until(
            "the source is back",
            lambda: changes(pipeline, "source_silent", PROVINCE) == [("raised", 1), ("resolved", 2)],
        )
        until("readers see that groups are left", lambda: open_kinds(pipeline) == {"group_fell"})
    fallen = told(pipeline, "group_fell")
    assert {alert.figures["points_before"] for alert in fallen} == {9900}
    assert {(alert.change, alert.seq) for alert in fallen} == {("raised", 1)}
    assert len({alert.subject for alert in fallen}) == len(fallen), "each group is told once"
