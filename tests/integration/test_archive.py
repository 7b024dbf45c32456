"""The archive of events in ClickHouse holds what the topic holds, byte for byte, whatever happened on the way."""

from schemas.errors import BadEvent
from schemas.events import parse_event, partition_key
from tests.integration.pipeline import Pipeline, Raw, until
from tests.integration.pipeline_world import COMMUNES, Mix, local, raw, received, reference_records, tick

LATEST = local("2026-08-31 17:00")
KEY = b"H98.1.1-260801-9999"
BAD = [
    Raw(KEY, b"{"),
    Raw(KEY, b"[]"),
    Raw(KEY, None),
    Raw(None, raw(received("H98.1.1-260801-9999", COMMUNES[0], LATEST)).value),
    Raw(b"elsewhere", raw(received("H98.1.1-260801-9999", COMMUNES[0], LATEST)).value),
]


def archived(pipeline: Pipeline) -> list[tuple[int, int, str]]:
    found = pipeline.query("SELECT source_partition, source_offset, event FROM archived_events")
    return sorted((row["source_partition"], row["source_offset"], row["event"]) for row in found)


def on_the_topic(pipeline: Pipeline) -> list[tuple[int, int, str]]:
    """Every record that is an event under its own key, ticks left out."""
    kept = []
    for record in pipeline.read("dossier-events"):
        try:
            event = parse_event(record.value or b"")
        except BadEvent:
            continue
        if event.type != "clock.tick" and record.key == partition_key(event):
            kept.append((record.partition, record.offset, record.value.decode()))
    return kept


def await_archive(pipeline: Pipeline) -> None:
    """Wait until the archive says that it has everything."""
    wanted = {number: end - 1 for number, end in pipeline.ends().items() if end}
    until(
        f"the archive is at {wanted}",
        lambda: (
            {row["source_partition"]: row["source_offset"] for row in pipeline.rows("archive_progress")}
            == wanted
        ),
    )


def test_every_well_formed_event_is_archived_once_and_nothing_else(pipeline):
    unknown = raw(received("H98.1.1-260801-0001", "H97", LATEST))
    pipeline.send_reference(reference_records())
    with pipeline.running(clock="ticks"):
        pipeline.send([*Mix(1, 20, LATEST).events(), tick(LATEST)])
        pipeline.send_raw([*BAD, unknown])
        await_archive(pipeline)
    found = archived(pipeline)
    assert found == on_the_topic(pipeline)
    assert unknown.value.decode() in {event for _, _, event in found}
    (kinds,) = pipeline.query(
        "SELECT count() AS n, countIf(occurred_at IS NULL) AS bare FROM archived_events"
    )
    assert (kinds["n"], kinds["bare"]) == (len(found), 0)


def test_what_a_killed_worker_had_not_archived_and_what_was_there_before_is_read_from_the_topic(pipeline):
    pipeline.send_reference(reference_records())
    events = Mix(2, 40, LATEST).events()
    third = len(events) // 3
    pipeline.send(events[:third])
    with pipeline.running(archive="false"):
        pipeline.await_committed()
    assert archived(pipeline) == []
    worker = pipeline.worker()
    worker.start()
    pipeline.send(events[third : 2 * third])
    pipeline.await_committed()
    worker.kill()
    pipeline.send(events[2 * third :])
    with pipeline.running():
        pipeline.await_committed()
        await_archive(pipeline)
    assert archived(pipeline) == on_the_topic(pipeline)
