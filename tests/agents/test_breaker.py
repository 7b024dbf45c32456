"""Too many bad records stop the work, and what came before them is still done."""

import pytest

from streams.agents.breaker import Breaker, BreakerLimits, Trip

NEVER = 1.0


def _breaker(in_a_row=0, share=NEVER, window=10):
    return Breaker(BreakerLimits(in_a_row, share, window))


def test_bad_records_in_a_row_stop_the_work_before_the_first_of_them():
    assert _breaker(in_a_row=3).judge(8, [1, 4, 5, 6, 7]) == Trip(4, "3 bad records in a row")


def test_a_row_goes_on_from_batch_to_batch():
    breaker = _breaker(in_a_row=4)
    assert breaker.judge(3, [1, 2]) is None
    assert breaker.judge(3, [0]) is None
    assert breaker.judge(2, [0, 1]) is None
    assert breaker.judge(2, [0, 1]) == Trip(0, "4 bad records in a row")


def test_a_good_record_or_a_good_batch_ends_a_row():
    breaker = _breaker(in_a_row=3)
    for count, bad in ((3, [1, 2]), (2, []), (2, [0, 1]), (4, [1, 2])):
        assert breaker.judge(count, bad) is None


def test_no_number_of_bad_records_in_a_row_stops_a_breaker_without_that_limit():
    assert _breaker().judge(1000, range(1000)) is None


def test_a_share_above_the_limit_of_a_full_window_stops_the_work_before_the_first_bad_one():
    breaker = _breaker(share=0.5, window=10)
    assert breaker.judge(6, [1, 2, 4, 5]) is None
    assert breaker.judge(4, [2]) is None
    assert breaker.judge(6, [0, 2, 3, 5]) is None
    assert breaker.judge(4, [1, 3]) == Trip(1, "6 of the last 10 records are bad")


@pytest.mark.parametrize("bad", [[], [0, 1, 2, 3, 4]])
def test_a_share_at_the_limit_is_no_reason(bad):
    assert _breaker(share=0.5, window=10).judge(10, bad) is None
