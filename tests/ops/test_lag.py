"""How far behind: records and seconds, told the time."""

from streams.ops.lag import Lag, LagBook


def test_a_partition_whose_records_are_all_done_is_not_behind():
    assert LagBook().look(100.0, {3: 0}) == {3: Lag(0, 0.0)}


def test_a_record_that_came_after_a_quiet_hour_has_not_waited_for_an_hour():
    book = LagBook()
    book.note_done(0, 100.0)
    book.look(3700.0, {0: 0})
    assert book.look(3701.0, {0: 5}) == {0: Lag(5, 1.0)}


def test_under_steady_load_the_lag_is_the_age_of_what_was_done_last():
    book = LagBook()
    book.look(100.0, {0: 7})
    book.note_done(0, 103.0)
    assert book.look(105.0, {0: 9}) == {0: Lag(9, 2.0)}


def test_a_backlog_that_was_taken_over_counts_from_its_own_times_once_a_batch_is_done():
    book = LagBook()
    assert book.look(5000.0, {0: 900}) == {0: Lag(900, 0.0)}
    assert book.look(5002.0, {0: 900}) == {0: Lag(900, 2.0)}
    book.note_done(0, 1000.0)
    assert book.look(5003.0, {0: 400}) == {0: Lag(400, 4003.0)}


def test_a_partition_that_was_given_up_and_comes_again_is_new():
    book = LagBook()
    book.look(100.0, {0: 0})
    book.look(101.0, {})
    assert book.look(900.0, {0: 1}) == {0: Lag(1, 0.0)}
