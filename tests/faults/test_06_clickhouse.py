"""ClickHouse is away, slow, and loses the answer to an insert that it has committed."""

import time

from tests.integration.pipeline import until

SCENARIO = "6 ClickHouse away, slow, mute"

TABLES = (
    "dossiers",
    "score_snapshots",
    "indicator_snapshots",
    "sink_progress",
    "score_progress",
    "petitions",
    "events",
)
NEWEST = (
    "SELECT max(max_block_number) AS newest FROM system.parts"
    " WHERE database = currentDatabase() AND table = %(table)s AND active"
)
"""Rises with every insert that is committed, and not with merges."""


def test_no_row_is_lost_or_doubled_while_clickhouse_is_away_slow_or_loses_its_answers(ground, is_long):
    worker = ground.worker()
    ground.send(300)
    ground.settle()
    _away(ground, worker, 60.0 if is_long else 3.0)
    for table in TABLES if is_long else TABLES[:2]:
        _mute(ground, table)
    _slow(ground, 400 if is_long else 100)
    ground.judge()


def _away(ground, worker, seconds: float):
    ground.proxy.cut()
    begun = time.monotonic()
    ground.send(400)
    ground.pipeline.await_committed()
    until("the worker says that rows wait", lambda: "the store is away" in worker.process.text())
    time.sleep(max(0.0, begun + seconds - time.monotonic()))  # the length of the outage is the fault
    ground.proxy.mend()
    with ground.recovery():
        ground.pipeline.await_dossiers()
    ground.outcome.remarks.append(
        f"away for {time.monotonic() - begun - ground.outcome.recoveries[-1]:.0f} s"
    )


def _mute(ground, table: str):
    """Lose one answer; that the server has committed shows in its parts before the writer can try again."""
    before = _newest(ground, table)
    ground.proxy.lose_reply(table)
    ground.send(100)
    until(f"the answer to an insert into {table} is lost", ground.proxy.has_lost)
    assert _newest(ground, table) > before
    ground.proxy.mend()
    ground.settle()


def _newest(ground, table: str) -> int:
    return ground.pipeline.query(NEWEST, table=table)[0]["newest"]


def _slow(ground, number: int):
    ground.proxy.delay = 0.2
    ground.send(number)
    ground.settle()
    ground.proxy.delay = 0.0
