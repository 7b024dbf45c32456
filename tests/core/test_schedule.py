"""A schedule of many keys gives each when it is due, as a plain list of the last said moments would."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.schedule import HOUR_MS, Schedule

MOMENTS = st.one_of(st.integers(0, 5 * HOUR_MS), st.integers(0, 5).map(lambda hours: hours * HOUR_MS))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), MOMENTS)),
        MOMENTS,
    ),
    max_size=60,
)


@given(STEPS)
def test_every_key_is_due_once_at_the_last_moment_that_was_said_of_it(steps):
    schedule, said, now = Schedule(), {}, 0
    for step in steps:
        if isinstance(step, tuple):
            key, moment = step
            schedule.set(key, moment)
            said[key] = moment
        else:
            now = max(now, step)
            due = sorted(
                (moment, key) for key, moment in said.items() if moment is not None and moment <= now
            )
            assert schedule.take(now) == [key for _, key in due]
            said.update(dict.fromkeys((key for _, key in due)))
    assert len(schedule) == sum(moment is not None for moment in said.values())


def test_a_moment_of_the_past_is_due_at_once():
    schedule = Schedule()
    assert schedule.take(10 * HOUR_MS) == []
    schedule.set("d:1", 3)
    schedule.set("d:2", 10 * HOUR_MS + 1)
    assert schedule.take(10 * HOUR_MS) == ["d:1"]
    assert schedule.take(10 * HOUR_MS + 1) == ["d:2"]


def test_a_key_said_again_and_again_is_due_once():
    schedule = Schedule()
    for moment in (HOUR_MS, HOUR_MS + 5, HOUR_MS, 7 * HOUR_MS, HOUR_MS):
        schedule.set("d:1", moment)
    assert schedule.take(8 * HOUR_MS) == ["d:1"]
    assert schedule.take(9 * HOUR_MS) == []
