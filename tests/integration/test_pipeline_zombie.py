"""A worker stopped past its session may write late when it wakes: nothing that its successor knew is lost."""

import signal
import sys
from pathlib import Path

from streams.core.periods import moment
from streams.settings import PREFIX, Settings
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.integration import zombie_program
from tests.integration.pipeline import Pipeline, raw_of, until
from tests.integration.pipeline_account import Account, compare_facts, compare_scores
from tests.integration.pipeline_world import COMMUNES, local, received, reference_records, resolved, tick

DOSSIER, UNIT = "H98.1.1-260803-0001", COMMUNES[0]
RECEIVED, DUE, RESOLVED = local("2026-08-03 08:00"), local("2026-08-07 17:00"), local("2026-08-06 09:00")
TICK = local("2026-08-20 17:00")


def _logged(pipeline: Pipeline) -> list[str]:
    """The keys of the dossier's records in the changelog, in order; a void one is none."""
    return [
        record.key.decode()
        for record in pipeline.read("dossiers-changelog")
        if record.key.startswith(f"d:{DOSSIER}".encode()) and record.value is not None
    ]


def test_a_zombie_that_writes_last_loses_nothing_that_its_successor_knew(pipeline, tmp_path, monkeypatch):
    trigger = tmp_path / "trigger"
    pipeline.send_reference(reference_records())
    program = [sys.executable, str(Path(zombie_program.__file__)), str(trigger)]
    zombie = pipeline.worker(program, clock="ticks")
    zombie.start()
    pipeline.send([received("H98.1.1-260801-0009", UNIT, RECEIVED, DUE)])
    pipeline.await_committed()
    trigger.touch()
    pipeline.send([received(DOSSIER, UNIT, RECEIVED, DUE)])
    until("the zombie has stopped in the middle of a batch", zombie.is_stopped)
    assert _logged(pipeline) == []

    successor = pipeline.worker(clock="ticks")
    successor.start()
    pipeline.send([resolved(DOSSIER, UNIT, RESOLVED)])
    pipeline.await_committed()
    by_successor = _logged(pipeline)
    assert by_successor
    zombie.send_signal(signal.SIGCONT)
    until("the zombie has written last", lambda: len(_logged(pipeline)) > len(by_successor))
    late = _logged(pipeline)[-1]
    zombie.kill()
    successor.kill()

    assert late not in by_successor, (
        "compaction would keep what the zombie wrote in place of what its successor did"
    )
    monkeypatch.setenv(f"{PREFIX}CLICKHOUSE_DATABASE", f"{pipeline.settings.clickhouse_database}_again")
    pipeline.settings = Settings()
    Migrations(pipeline.settings).up(None)
    with pipeline.running(clock="ticks"):
        pipeline.send([tick(TICK, last=True)])
        pipeline.await_committed()
        pipeline.await_dossiers()
        pipeline.await_scores(moment(TICK))
    log = [record for record in pipeline.read("dossier-events") if record.key != b"clock"]
    account = Account([raw_of(record) for record in log], reference_records(), pipeline.settings)
    compare_facts(pipeline, account)
    compare_scores(pipeline, account, moment(TICK))
    connect(pipeline.settings, "migrator").execute(
        f"DROP DATABASE {pipeline.settings.clickhouse_database} SYNC"
    )
