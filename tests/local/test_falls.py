"""When a process that ended is started again, and when it is given up."""

import pytest

from streams.errors import SERVER_AWAY, STOPPED_FOR_GOOD, StoppedForGoodError, UserError
from streams.local.falls import FAILURES, LAST_AWAY_PAUSE, LAST_PAUSE, STEADY_SECONDS, End, Falls

OWN = End(1, "error: the port is taken", 1.0)
AWAY = End(SERVER_AWAY, "error: no Kafka", 31.0)


def test_pauses_grow_to_a_last_one_that_is_shorter_while_a_server_is_away():
    falls = Falls()
    assert [falls.note("it", AWAY) for _ in range(7)] == [1, 2, 4, 8, *[LAST_AWAY_PAUSE] * 3]
    others = Falls(16.0)
    assert [others.note("it", OWN) for _ in range(3)] == [16, LAST_PAUSE, LAST_PAUSE]


def test_an_outage_of_a_week_gives_nobody_up():
    falls = Falls()
    assert {falls.note("it", AWAY) for _ in range(20_000)} == {1, 2, 4, 8, LAST_AWAY_PAUSE}


def test_falls_for_a_reason_of_its_own_are_counted_without_those_that_it_could_not_help():
    falls = Falls()
    for _ in range(3 * FAILURES):
        for _ in range(FAILURES - 1):
            falls.note("it", OWN)
        falls.note("it", AWAY)
    for _ in range(FAILURES - 1):
        falls.note("it", OWN)
    with pytest.raises(
        UserError, match=r"it ended 5 times in a row \(exit code 1\): error: the port is taken"
    ):
        falls.note("it", OWN)


@pytest.mark.parametrize(
    ("code", "how", "excused"),
    [
        (2, "exit code 2", False),
        (256 - 9, "killed by signal 9", True),
        (-9, "killed by signal 9", True),
        (256 - 15, "killed by signal 15", True),
        (256 - 11, "killed by signal 11", False),
        (0, "exit code 0", True),
    ],
)
def test_an_end_from_outside_is_excused_and_a_crash_is_not(code, how, excused):
    end = End(code, "", 1.0)
    assert (end.how, end.is_excused) == (how, excused)
    assert End(code, "", 1.0, "Kafka").is_excused


def test_who_ran_for_long_begins_anew():
    falls = Falls()
    for _ in range(2 * FAILURES):
        assert falls.note("it", OWN._replace(seconds=STEADY_SECONDS + 1)) == 1


def test_who_needs_a_person_is_not_started_again_whatever_is_away():
    with pytest.raises(StoppedForGoodError, match=r"^look first$"):
        Falls().note("it", End(STOPPED_FOR_GOOD, "error: look first", 1.0, "Kafka"))
