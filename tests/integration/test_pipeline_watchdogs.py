"""A worker that goes nowhere, or meets too many bad records, stops with one line that says how to go on."""

import asyncio
import sys
from pathlib import Path

from aiokafka import AIOKafkaProducer

from streams.agents.engine.producer import partition_of
from streams.errors import STOPPED_FOR_GOOD
from tests.integration import hindered_program
from tests.integration.pipeline import PROGRAM, Pipeline, Raw, until
from tests.integration.pipeline_world import COMMUNES, local, raw, received, reference_records

UNIT, AT, DUE = COMMUNES[0], local("2026-08-03 08:00"), local("2026-08-07 17:00")
BAD = 30


def _events(count: int, first: int = 0):
    return [received(f"H98.1.1-260803-{first + number:04}", UNIT, AT, DUE) for number in range(count)]


def _hindered(how: str) -> list[str]:
    return [sys.executable, str(Path(hindered_program.__file__)), how]


def _end_changelogs_with_markers(pipeline: Pipeline):
    async def mark() -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=pipeline.settings.kafka, transactional_id=pipeline.settings.group
        )
        await producer.start()
        async with producer.transaction():
            for number in range(pipeline.settings.partitions):
                await producer.send(pipeline.topic("dossiers-changelog"), b"", key=b"x:1@1", partition=number)
        await producer.stop()

    asyncio.run(mark())


def test_a_recovery_that_is_stuck_stops_the_worker(pipeline):
    _end_changelogs_with_markers(pipeline)
    worker = pipeline.worker(_hindered("deaf"), stall_limit="2", recovery_limit="600")
    worker.launch()
    code, said = worker.wait()
    assert (
        code,
        said.startswith("error: the recovery is stuck: no record of the changelog came for 2 s"),
    ) == (2, True), said


def test_a_recovery_that_takes_too_long_stops_the_worker(pipeline):
    _end_changelogs_with_markers(pipeline)
    worker = pipeline.worker(_hindered("deaf"), stall_limit="600", recovery_limit="2")
    worker.launch()
    code, said = worker.wait()
    assert (code, said.startswith("error: the recovery takes longer than 2 s")) == (2, True), said


def test_a_commit_that_stands_still_while_work_goes_on_stops_the_worker(pipeline):
    pipeline.send_reference(reference_records())
    worker = pipeline.worker(_hindered("uncommitting"), stall_limit="2", clock="ticks")
    worker.start()
    sent = iter(range(10_000))

    def one_more() -> bool:
        pipeline.send(_events(1, next(sent)))
        return not worker.is_running()

    until("the watchdog has seen it", one_more)
    code, said = worker.wait()
    assert code == 2, said
    assert "stands still at 0 for 2 s while work goes on" in said
    assert pipeline.committed() == {}


def _partition(pipeline: Pipeline) -> int:
    return partition_of(b"H98.1.1-260803-0000", pipeline.settings.partitions)


def test_bad_records_in_a_row_stop_the_worker_behind_the_good_ones_and_no_supervisor_starts_it_again(
    pipeline,
):
    pipeline.send_reference(reference_records())
    (good,) = _events(1)
    home = _partition(pipeline)
    pipeline.send_raw([raw(good)._replace(partition=home), *[Raw(b"bad", b"{", home)] * BAD])
    workers = pipeline.worker([*PROGRAM, "worker", "--workers", "2"], bad_in_a_row=str(BAD), clock="ticks")
    workers.launch()
    code, said = workers.wait()
    assert code == STOPPED_FOR_GOOD, said
    assert f"partition {home}: {BAD} bad records in a row (from offset 1, first reason: not_json)" in said
    assert "NHIP766_BAD_IN_A_ROW=0" in said
    assert workers.text().count("worker process started") == 2
    assert pipeline.committed() == {home: 1}
    assert pipeline.read("dead-letters") == []

    with pipeline.running(bad_in_a_row="0", clock="ticks"):
        pipeline.await_committed()
    letters = [dict(letter.headers)["offset"] for letter in pipeline.read("dead-letters")]
    assert sorted(letters, key=int) == [str(offset).encode() for offset in range(1, BAD + 1)]


def test_a_share_of_bad_records_above_the_limit_stops_the_worker(pipeline):
    home = _partition(pipeline)
    pipeline.send_reference(reference_records())
    mixed = [raw(one)._replace(partition=home) for one in _events(1)] + [Raw(b"bad", b"[]", home)] * 3
    pipeline.send_raw(mixed * 5)
    worker = pipeline.worker(bad_share="0.5", bad_window="20", clock="ticks")
    worker.launch()
    code, said = worker.wait()
    assert code == STOPPED_FOR_GOOD, said
    assert "15 of the last 20 records are bad" in said
    assert pipeline.committed() == {home: 1}
