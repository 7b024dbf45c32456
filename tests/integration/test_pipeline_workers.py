"""Several workers: partitions move between processes, one may be killed, and readers see the same."""

import os
import re
import signal

from schemas.events import Event
from streams.core.periods import moment
from tests.integration.pipeline import PROGRAM, Pipeline, WorkerProcess, raw_of, until
from tests.integration.pipeline_account import Account, compare_facts, compare_scores
from tests.integration.pipeline_world import Mix, local, raw, reference_records, tick

LATEST = local("2026-08-20 12:00")
TICK = local("2026-08-20 17:00")
BATCH = 3


def _events(seed: int) -> list[Event]:
    return Mix(seed, dossiers=60, latest=LATEST).events()


def _finish_and_compare(pipeline: Pipeline):
    pipeline.send([tick(TICK, last=True)])
    pipeline.await_committed()
    pipeline.await_dossiers()
    pipeline.await_scores(moment(TICK))
    log = [record for record in pipeline.read("dossier-events") if record.key != b"clock"]
    account = Account([raw_of(record) for record in log], reference_records(), pipeline.settings)
    compare_facts(pipeline, account)
    compare_scores(pipeline, account, moment(TICK))


def _progress(pipeline: Pipeline) -> int:
    return sum(pipeline.committed().values())


def _supervised(pipeline: Pipeline, number: int, **environ: str) -> WorkerProcess:
    return pipeline.worker([*PROGRAM, "worker", "--workers", str(number)], clock="ticks", **environ)


def _pids(worker: WorkerProcess) -> dict[int, int]:
    """The newest process of each worker that has started."""
    found = re.findall(r"\[(\d+)\] .*worker started .*pid=(\d+)", worker.text())
    return {int(number): int(pid) for number, pid in found}


def _taken(worker: WorkerProcess) -> int:
    """How many source records a worker that stopped in good order had taken."""
    return sum(int(count) for count in re.findall(r"worker stopped .*events=(\d+)", worker.text()))


def test_partitions_move_in_good_order_and_at_most_a_batch_of_each_is_repeated(pipeline):
    pipeline.send_reference(reference_records())
    stays, comes = (pipeline.worker(clock="ticks", batch_max=str(BATCH)) for _ in range(2))
    pipeline.send_raw([raw(one) for one in _events(31)])
    stays.start()
    until("the first goes on", lambda: _progress(pipeline) > 0)
    comes.start()
    pipeline.send_raw([raw(one) for one in _events(32)])
    stays.stop()
    _finish_and_compare(pipeline)
    comes.stop()
    sent = sum(pipeline.ends().values())
    repeated = _taken(stays) + _taken(comes) - sent
    moves = 2 * pipeline.settings.partitions
    assert 0 <= repeated <= moves * BATCH, (repeated, sent)
    assert _taken(stays)
    assert _taken(comes)


def test_two_supervised_workers_share_the_work_one_is_killed_and_the_rows_are_those_of_the_log(pipeline):
    pipeline.send_reference(reference_records())
    first, second = _events(21), _events(22)
    workers = _supervised(pipeline, 2, batch_max=str(BATCH))
    workers.start()
    until("both have started", lambda: len(_pids(workers)) == 2)
    pipeline.send_raw([raw(one) for one in first])
    until("they go on", lambda: _progress(pipeline) > 0)
    killed = _pids(workers)[1]
    os.kill(killed, signal.SIGKILL)
    pipeline.send_raw([raw(one) for one in second])
    until("the killed one is started again", lambda: _pids(workers)[1] != killed)
    _finish_and_compare(pipeline)
    workers.stop()
