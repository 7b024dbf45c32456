"""What a worker puts off behind a long backlog, and that it puts nothing off for good."""

import pytest

from streams.agents.backlog import ASLEEP, BEATS, LONG, MOST_PENDING, Backlog

SHORT, FULL = {0: LONG // 2, 1: 0}, {0: LONG, 1: 1, 2: 0}


def test_without_a_long_backlog_every_beat_publishes():
    backlog = Backlog()
    assert all(backlog.look(SHORT, 1) for _ in range(3))
    assert not backlog.is_long


def test_behind_a_long_backlog_one_beat_of_many_publishes():
    backlog = Backlog()
    published = [backlog.look(FULL, 1) for _ in range(3 * BEATS)]
    assert published.count(True) == 3
    assert published[BEATS - 1]


def test_the_first_beat_after_the_backlog_is_read_publishes():
    backlog = Backlog()
    assert not backlog.look(FULL, 1)
    assert backlog.look(SHORT, 1)


def test_what_waits_for_its_evaluation_is_bounded():
    assert Backlog().look(FULL, MOST_PENDING)


@pytest.mark.parametrize(
    ("waiting", "is_behind"),
    [
        ({}, [True, True, True]),
        (SHORT, [False, False, True]),
        (FULL, [True, True, False]),
    ],
)
def test_a_partition_is_behind_while_its_end_is_unknown_or_far(waiting, is_behind):
    backlog = Backlog()
    backlog.look(waiting, 0)
    assert [backlog.is_behind(number) for number in range(3)] == is_behind


def test_before_the_first_look_every_partition_is_behind():
    assert Backlog().is_behind(0)


def test_who_was_stopped_in_the_middle_of_a_beat_is_behind_until_it_has_looked_again():
    now = [100.0]
    backlog = Backlog(lambda: now[0])
    backlog.look(SHORT, 0)
    now[0] += ASLEEP + 1
    assert backlog.is_behind(0)
    backlog.look(SHORT, 0)
    assert not backlog.is_behind(0)


def test_who_slept_over_a_beat_does_not_trust_its_first_look():
    backlog = Backlog()
    backlog.look(SHORT, 0, overslept=ASLEEP + 1)
    assert backlog.is_behind(0)
    backlog.look(SHORT, 0)
    assert not backlog.is_behind(0)
