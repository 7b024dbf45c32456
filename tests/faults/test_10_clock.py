"""Due moments pass while no worker runs, the clock steps back and forth, a day ends, and Tết is no working day."""

from datetime import date

from schemas.reference import CalendarRecord
from streams.core.periods import DAY_MS, day_start, local_day, moment
from streams.settings import PREFIX
from tests.faults.told import await_told, judge_told, late, notifying
from tests.integration.pipeline import now_ms
from tests.integration.pipeline_world import COMMUNES, WITH_FEE, local, raw, received, tick

SCENARIO = "10 down over a due moment; clock steps; midnight; Tết"
UNIT = COMMUNES[0]
HOUR = 3_600_000

TET = tuple(date(2027, 2, day) for day in (4, 5, 8, 9, 10))
"""Thursday to Wednesday around the first day of the year of the goat (6 February 2027)."""


def test_rows_are_right_and_each_due_moment_told_once_after_downtimes_steps_of_the_clock_midnight_and_tet(
    lay, is_long, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOOK_SECRET", "of the tests")
    ground = lay()
    with notifying(ground.pipeline, tmp_path) as receiver:
        for _ in range(3 if is_long else 1):
            _midnight_and_steps(ground)
        judge_told(ground.pipeline, receiver, ground.dues, ground.now())
        ground.judge()
    ground.outcome.remarks.append(
        f"{len(ground.dues)} dossiers were left alone: each was told once to be late"
    )
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    _tet(lay())


def _midnight_and_steps(ground):
    for worker in ground.running():
        worker.process.stop()
    now = ground.pipeline.scores_as_of() or now_ms()
    midnight = day_start(local_day(now) + 1)
    ground.shift(midnight - HOUR - now_ms())
    worker = ground.worker()
    ground.shift(midnight - 2000 - now_ms())
    ground.send_left_alone(midnight + 1000, midnight + HOUR, midnight + DAY_MS)
    ground.send(300)
    ground.pipeline.await_scores(midnight + 2000)

    ground.kill(worker, "logged")
    ground.shift(midnight + 2 * HOUR - now_ms())
    ground.send_left_alone(midnight + HOUR + 1, midnight + 3 * HOUR)
    with ground.recovery():
        ground.worker()
    ground.pipeline.await_scores(midnight + 2 * HOUR)

    ground.shift(midnight + HOUR - now_ms())
    ground.send(200)
    ground.settle()
    assert (ground.pipeline.scores_as_of() or 0) >= midnight + 2 * HOUR, "time ran backwards"
    ground.shift(midnight + 4 * HOUR - now_ms())
    ground.pipeline.await_scores(midnight + 4 * HOUR)
    await_told(ground.pipeline, ground.dues, midnight + 4 * HOUR)


def _tet(ground):
    """A dossier with five working days, received before Tết, is late after five days of work, not of the calendar."""
    ground.pipeline.send_reference(
        [CalendarRecord(v=1, kind="calendar", code="VN", version=2, off=TET, make_up=())]
    )
    ground.worker()
    at = local("2027-02-03 09:00")
    code = {f"{UNIT}-270203-0001": 0}
    ground.send_raw([raw(received(*code, UNIT, at, None, procedure_code=WITH_FEE))])
    due, in_time, too_late = (local(f"2027-02-17 {time}") for time in ("09:00", "08:59", "09:01"))
    for told, counted in ((in_time, (1, 1)), (too_late, (0, 1))):
        ground.pipeline.send([tick(told, last=told == too_late)])
        ground.acknowledged += ground.pipeline.settings.partitions
        ground.pipeline.await_scores(moment(told))
        assert ground.pipeline.indicator(UNIT, "2027-02", "RESOLVED_ON_TIME") == counted, told
        if told == in_time:
            assert late(ground.pipeline, code) == {}
    await_told(ground.pipeline, code, moment(too_late))
    (alerts,) = late(ground.pipeline, code).values()
    assert [(alert.change, alert.due_at, alert.changed_at) for alert in alerts] == [
        ("raised", moment(due), moment(due))
    ]
    ground.judge()
