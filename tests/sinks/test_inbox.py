"""What is put waits, newest version of each key, until it is settled."""

import threading
import time

import pytest

from streams.sinks.inbox import MOST_HELD, Inbox
from streams.sinks.port import SinkRejectedError
from tests.sinks.row_examples import START, snapshot

DAY = 86_400_000


def test_a_newer_score_replaces_one_that_waits_and_an_older_does_not():
    inbox = Inbox()
    inbox.put_scores(0, *snapshot("H09.1", "50", version=2))
    inbox.put_scores(0, *snapshot("H09.1", "60", version=3))
    inbox.put_scores(0, *snapshot("H09.1", "40", version=1))
    (kept,) = inbox.take().waiting.scores.values()
    assert kept.score.total == 60


def test_a_dossier_changed_often_waits_once():
    inbox = Inbox()
    for offset in range(1000):
        inbox.put_states(3, {"d:one": str(offset).encode()}, offset)
    batch = inbox.take()
    assert batch.waiting.states == {3: {"d:one": b"999"}}
    assert batch.waiting.upto == {3: 999}


def test_what_could_not_be_sent_waits_under_what_came_since():
    inbox = Inbox()
    inbox.put_states(0, {"d:one": b"old", "d:two": b"two"}, 10)
    failed = inbox.take()
    inbox.put_states(0, {"d:one": b"new"}, 20)
    inbox.put_back(failed)
    batch = inbox.take()
    assert batch.waiting.states == {0: {"d:one": b"new", "d:two": b"two"}}
    assert batch.waiting.upto == {0: 20}


def test_an_older_score_that_could_not_be_sent_does_not_replace_a_newer_one():
    inbox = Inbox()
    inbox.put_scores(0, *snapshot("H09.1", "50", version=1))
    failed = inbox.take()
    inbox.put_scores(0, *snapshot("H09.1", "60", version=2))
    inbox.put_back(failed)
    (kept,) = inbox.take().waiting.scores.values()
    assert kept.score.total == 60


def test_a_snapshot_of_another_day_waits_beside_the_older_one_so_that_history_keeps_both():
    inbox = Inbox()
    for day, total in enumerate(["50", "60", "70"]):
        inbox.put_scores(0, *snapshot("H09.1", total, as_of=START + day * DAY, version=2 * day))
        inbox.put_scores(0, *snapshot("H09.1", total, as_of=START + day * DAY + 1, version=2 * day + 1))
    failed = inbox.take()
    inbox.put_scores(0, *snapshot("H09.1", "80", as_of=START + 2 * DAY + 2, version=9))
    inbox.put_back(failed)
    waiting = inbox.take().waiting
    assert [kept.score.total for kept in waiting.some_scores(10)] == [50, 60, 80]


def test_progress_alone_waits_too():
    inbox = Inbox()
    inbox.put_states(0, {}, 10)
    assert inbox.take()
    assert not inbox.take()


def test_an_outage_is_bounded_by_the_number_of_keys():
    inbox = Inbox()
    for turn in range(20):
        for unit in range(10):
            inbox.put_scores(0, *snapshot(f"H09.{unit}", "50", version=turn))
        inbox.put_states(0, {f"d:{code}": b"x" for code in range(100)}, turn)
        inbox.put_back(inbox.take())
    assert inbox.size() == (10, 100)


def test_a_closed_inbox_with_nothing_left_ends_the_writer():
    inbox = Inbox()
    inbox.put_states(0, {}, 1)
    inbox.settle(inbox.take())
    inbox.close(3600)
    assert not inbox.wait(3600, eager=True)
    assert inbox.is_empty()


def test_a_closed_inbox_with_rows_left_asks_for_another_turn_until_its_time_is_over():
    inbox = Inbox()
    inbox.put_states(0, {}, 1)
    inbox.close(3600)
    assert inbox.wait(3600, eager=True)
    inbox.close(0)
    assert not inbox.wait(3600, eager=False)
    assert not inbox.is_empty()


def test_a_failed_writer_takes_nothing_more_and_says_why():
    inbox = Inbox()
    inbox.put_clock(0, 1)
    inbox.fail(ValueError("no such table"))
    with pytest.raises(SinkRejectedError) as refused:
        inbox.put_clock(0, 1)
    assert isinstance(refused.value.__cause__, ValueError)
    assert not inbox.flush(0)


def test_a_clock_brings_the_turn_forward_but_not_before_the_rest_is_over():
    inbox = Inbox()
    inbox.put_clock(0, 1000)
    begun = time.monotonic()
    assert inbox.wait(3600, eager=True, least=0.3)
    assert time.monotonic() - begun >= 0.3


def test_a_clock_that_strikes_while_the_writer_waits_wakes_it():
    inbox = Inbox()
    thread = threading.Timer(0.1, inbox.put_clock, (0, 1000))
    thread.start()
    assert inbox.wait(3600, eager=True)
    thread.join()


def test_after_a_turn_an_earlier_clock_brings_nothing_forward():
    inbox = Inbox()
    inbox.put_clock(0, 1000)
    inbox.take()
    begun = time.monotonic()
    assert inbox.wait(0.5, eager=True)
    assert time.monotonic() - begun >= 0.5


def test_a_writer_that_backs_off_is_not_brought_forward_by_a_clock():
    inbox = Inbox()
    inbox.put_clock(0, 1000)
    begun = time.monotonic()
    assert inbox.wait(0.5, eager=False)
    assert time.monotonic() - begun >= 0.5


def test_states_that_are_held_wait_while_scores_go_out_and_nothing_counts_as_in():
    inbox = Inbox()
    inbox.hold(True)
    inbox.put_states(0, {"d:one": b"one"}, 10)
    inbox.put_scores(0, *snapshot("H09.1", "50"))
    batch = inbox.take()
    assert (len(batch.waiting.scores), batch.waiting.states, batch.waiting.upto) == (1, {}, {})
    inbox.settle(batch)
    assert not inbox.is_empty()
    assert inbox.written(0) == -1
    inbox.hold(False)
    batch = inbox.take()
    assert (batch.waiting.states, batch.waiting.upto) == ({0: {"d:one": b"one"}}, {0: 10})
    inbox.settle(batch)
    assert inbox.is_empty()


def test_not_more_states_are_held_than_memory_should_bear():
    inbox = Inbox()
    inbox.hold(True)
    inbox.put_states(0, {f"d:{number}": b"state" for number in range(MOST_HELD)}, MOST_HELD)
    assert inbox.take().waiting.dossiers == MOST_HELD


def test_the_end_of_the_work_holds_nothing():
    inbox = Inbox()
    inbox.hold(True)
    inbox.put_states(0, {"d:one": b"one"}, 10)
    inbox.close(10.0)
    assert inbox.take().waiting.dossiers == 1
