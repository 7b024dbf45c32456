"""Due moments pass while no worker runs, the clock steps back and forth, a day ends, and Tết is no working day."""

from datetime import date, datetime, timedelta

from schemas.reference import CalendarRecord
from streams.core.periods import DAY_MS, LOCAL, day_start, local_day, moment
from streams.settings import PREFIX
from tests.integration.pipeline import now_ms
from tests.integration.pipeline_world import COMMUNES, WITH_FEE, local, raw, received, tick

SCENARIO = "10 down over a due moment; clock steps; midnight; Tết"
UNIT = COMMUNES[0]
HOUR = 3_600_000

TET = tuple(date(2027, 2, day) for day in (4, 5, 8, 9, 10))
"""Thursday to Wednesday around the first day of the year of the goat (6 February 2027)."""


def test_rows_are_right_after_due_moments_without_a_worker_steps_of_the_clock_midnight_and_tet(
    lay, is_long, monkeypatch
):
    ground = lay()
    for _ in range(3 if is_long else 1):
        _midnight_and_steps(ground)
    ground.judge()
    monkeypatch.setenv(f"{PREFIX}CLOCK", "ticks")
    _tet(lay())


def _midnight_and_steps(ground):
    now = ground.pipeline.scores_as_of() or now_ms()
    midnight = day_start(local_day(now) + 1)
    ground.shift(midnight - HOUR - now_ms())
    worker = ground.worker()
    ground.shift(midnight - 2000 - now_ms())
    _due_at(ground, midnight + 1000, midnight + HOUR, midnight + DAY_MS)
    ground.send(300)
    ground.pipeline.await_scores(midnight + 2000)

    ground.kill(worker, "logged")
    ground.shift(midnight + 2 * HOUR - now_ms())
    _due_at(ground, midnight + HOUR + 1, midnight + 3 * HOUR)
    with ground.recovery():
        ground.worker()
    ground.pipeline.await_scores(midnight + 2 * HOUR)

    ground.shift(midnight + HOUR - now_ms())
    ground.send(200)
    ground.settle()
    assert (ground.pipeline.scores_as_of() or 0) >= midnight + 2 * HOUR, "time ran backwards"
    ground.shift(midnight + 4 * HOUR - now_ms())
    ground.pipeline.await_scores(midnight + 4 * HOUR)


def _due_at(ground, *moments: int):
    """Send receptions of dossiers that are due at these moments (ms), received the day before."""
    events = []
    for due in moments:
        ends = datetime.fromtimestamp(due / 1000, LOCAL)
        code = f"{UNIT}-{ends:%y%m%d}-{due // 1000 % 10_000:04}"
        events.append(received(code, UNIT, ends - timedelta(days=2), ends))
    ground.send_raw([raw(one) for one in events])


def _tet(ground):
    """A dossier with five working days, received before Tết, is late after five days of work, not of the calendar."""
    ground.pipeline.send_reference(
        [CalendarRecord(v=1, kind="calendar", code="VN", version=2, off=TET, make_up=())]
    )
    ground.worker()
    at = local("2027-02-03 09:00")
    one = received(f"{UNIT}-270203-0001", UNIT, at, None, procedure_code=WITH_FEE)
    ground.send_raw([raw(one)])
    in_time, late = local("2027-02-17 08:59"), local("2027-02-17 09:01")
    for told, counted in ((in_time, (1, 1)), (late, (0, 1))):
        ground.pipeline.send([tick(told, last=told == late)])
        ground.acknowledged += ground.pipeline.settings.partitions
        ground.pipeline.await_scores(moment(told))
        assert ground.pipeline.indicator(UNIT, "2027-02", "RESOLVED_ON_TIME") == counted, told
    ground.judge()
