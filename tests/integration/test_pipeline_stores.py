"""A worker that keeps its states in RocksDB: killed, started again, robbed of its store, and readers see the same."""

import shutil

from streams.core.periods import moment
from tests.integration.pipeline import Pipeline, raw_of
from tests.integration.pipeline_account import Account, compare_facts, compare_scores
from tests.integration.pipeline_world import Mix, local, raw, reference_records, tick

LATEST = local("2026-08-20 12:00")
TICK = local("2026-08-20 17:00")


def compare(pipeline: Pipeline):
    """Everything readers see equals the recount of the log."""
    log = [record for record in pipeline.read("dossier-events") if record.key != b"clock"]
    account = Account([raw_of(record) for record in log], reference_records(), pipeline.settings)
    compare_facts(pipeline, account)
    compare_scores(pipeline, account, moment(TICK))


def test_a_worker_with_its_own_store_is_killed_and_later_loses_it_and_the_rows_are_those_of_the_log(
    pipeline,
):
    pipeline.send_reference(reference_records())
    events = Mix(41, dossiers=200, latest=LATEST).events()
    third = len(events) // 3
    environ = {"clock": "ticks", "store": "rocksdb", "batch_max": "7"}
    killed = pipeline.worker(**environ)
    killed.start()
    pipeline.send_raw([raw(one) for one in events[:third]])
    pipeline.await_committed()
    pipeline.send_raw([raw(one) for one in events[third : 2 * third]])
    killed.kill()
    stores = pipeline.settings.data_dir / "stores"
    assert list(stores.rglob("CURRENT"))

    with pipeline.running(**environ) as again:
        pipeline.await_committed()
        assert "made anew" not in again.text()
    shutil.rmtree(stores)
    with pipeline.running(**environ):
        pipeline.send_raw([raw(one) for one in events[2 * third :]])
        pipeline.send([tick(TICK, last=True)])
        pipeline.await_committed()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(TICK))
    compare(pipeline)
    assert list(stores.rglob("CURRENT"))
