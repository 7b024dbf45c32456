"""What stands still for too long is noticed, and what moves or waits is left alone."""

import pytest

from streams.agents.watchdog import Seen, StalledError, Watchdog

NOTHING = Seen(None, {}, {})


def _watchdog():
    return Watchdog(stall_limit=10, recovery_limit=100)


def test_a_recovery_that_hears_nothing_more_is_stuck():
    watchdog = _watchdog()
    watchdog.look(0, Seen(5, {}, {}))
    watchdog.look(9, Seen(6, {}, {}))
    watchdog.look(19, Seen(6, {}, {}))
    with pytest.raises(StalledError, match="stuck: no record of the changelog came for 10 s"):
        watchdog.look(19.5, Seen(6, {}, {}))


def test_a_recovery_that_moves_but_does_not_end_takes_too_long():
    watchdog = _watchdog()
    for second in range(101):
        watchdog.look(second, Seen(second, {}, {}))
    with pytest.raises(StalledError, match="takes longer than 100 s"):
        watchdog.look(101, Seen(101, {}, {}))


def test_a_recovery_that_ended_starts_its_time_anew():
    watchdog = _watchdog()
    for second in range(0, 300, 5):
        watchdog.look(second, NOTHING if second % 50 == 0 else Seen(second, {}, {}))


def test_a_commit_that_stands_still_while_work_goes_on_is_noticed():
    watchdog = _watchdog()
    watchdog.look(0, Seen(None, {"a": 5, "b": 1}, {"a": 3, "b": 1}))
    watchdog.look(10, Seen(None, {"a": 9, "b": 9}, {"a": 3, "b": 9}))
    with pytest.raises(StalledError, match="of a stands still at 3 for 10 s"):
        watchdog.look(10.5, Seen(None, {"a": 9}, {"a": 3}))


def test_a_commit_that_waits_with_the_work_or_moves_is_left_alone():
    watchdog = _watchdog()
    for second in range(0, 100, 5):
        watchdog.look(second, Seen(None, {"waits": 5, "moves": second + 3}, {"waits": 3, "moves": second}))


def test_a_partition_that_came_back_starts_anew():
    watchdog = _watchdog()
    watchdog.look(0, Seen(None, {"a": 5}, {"a": 3}))
    watchdog.look(5, NOTHING)
    watchdog.look(20, Seen(None, {"a": 9}, {"a": 3}))
