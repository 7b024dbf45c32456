"""Parts that stop and come back: no row lost, none doubled, and nobody has to do anything."""

import pytest

from schemas.events import Event
from streams.core.periods import moment
from tests.integration.pipeline import Pipeline, Raw, WorkerProcess, raw_of, until
from tests.integration.pipeline_account import Account, compare_facts, compare_scores
from tests.integration.pipeline_world import Mix, local, raw, reference_records, tick

LATEST = local("2026-08-20 12:00")
TICK = local("2026-08-20 17:00")


@pytest.fixture
def events() -> list[Event]:
    """Enough events to be in the middle of them for some seconds when batches are small."""
    return Mix(11, dossiers=300, latest=LATEST).events()


def compare(pipeline: Pipeline):
    """Everything readers see equals the recount of the log."""
    log = [record for record in pipeline.read("dossier-events") if record.key not in {b"clock", b"bad"}]
    account = Account([raw_of(record) for record in log], reference_records(), pipeline.settings)
    compare_facts(pipeline, account)
    compare_scores(pipeline, account, moment(TICK))


def finish(pipeline: Pipeline):
    """Send the last tick and wait until all is in."""
    pipeline.send([tick(TICK, last=True)])
    pipeline.await_committed()
    pipeline.await_dossiers()
    pipeline.await_scores(moment(TICK))


def progress(pipeline: Pipeline) -> int:
    """How many source records are committed."""
    return sum(pipeline.committed().values())


def in_the_middle(pipeline: Pipeline, worker: WorkerProcess, after: int):
    """Wait until more than `after` records are committed, but not all."""
    until("the worker goes on", lambda: progress(pipeline) > after)
    assert worker.is_running()


def test_a_worker_stopped_half_way_and_killed_half_way_ends_with_the_rows_of_an_undisturbed_run(
    pipeline, events
):
    pipeline.send_reference(reference_records())
    pipeline.send_raw([raw(one) for one in events])
    bad = set(pipeline.send_raw([Raw(b"bad", b"{"), Raw(b"bad", b"[]"), Raw(b"bad", None)]))
    stopped = pipeline.worker(clock="ticks", batch_max="3")
    stopped.start()
    in_the_middle(pipeline, stopped, 0)
    stopped.stop()
    half = progress(pipeline)
    assert half < len(events), "it was stopped too late to prove anything"

    killed = pipeline.worker(clock="ticks", batch_max="3")
    killed.start()
    in_the_middle(pipeline, killed, half)
    killed.kill()
    assert progress(pipeline) < len(events), "it was killed too late to prove anything"

    with pipeline.running(clock="ticks"):
        finish(pipeline)
    compare(pipeline)
    letters = {
        (int(headers["partition"]), int(headers["offset"]))
        for headers in (
            {name: text.decode() for name, text in one.headers} for one in pipeline.read("dead-letters")
        )
    }
    assert letters == bad


def test_clickhouse_may_stop_and_come_back_and_no_row_is_lost(pipeline, events, servers):
    pipeline.send_reference(reference_records())
    half = len(events) // 2
    with pipeline.running(clock="ticks") as worker:
        pipeline.send_raw([raw(one) for one in events[:half]])
        pipeline.await_dossiers()
        servers.stop_clickhouse(kill=True)
        try:
            pipeline.send_raw([raw(one) for one in events[half:]])
            pipeline.send([tick(TICK, last=True)])
            pipeline.await_committed()
            until("the worker says that rows wait", lambda: "the store is away" in worker.text())
        finally:
            servers.start_clickhouse()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(TICK))
        assert "the store is back" in worker.text()
    compare(pipeline)


def test_a_worker_stopped_while_clickhouse_is_away_sends_the_rows_after_its_next_start(
    pipeline, events, servers
):
    pipeline.send_reference(reference_records())
    pipeline.send_raw([raw(one) for one in events])
    worker = pipeline.worker(clock="ticks")
    servers.stop_clickhouse()
    try:
        worker.start()
        pipeline.send([tick(TICK, last=True)])
        pipeline.await_committed()
        worker.kill()
    finally:
        servers.start_clickhouse()
    with pipeline.running(clock="ticks"):
        pipeline.await_dossiers()
        pipeline.await_scores(moment(TICK))
    compare(pipeline)
