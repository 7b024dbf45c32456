"""Competition ranking."""

from streams.core.ranking import rank


def test_equal_totals_share_a_rank_and_the_next_is_skipped():
    assert rank({"a": 9090, "b": 8000, "c": 8000, "d": 7000}) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_a_unit_without_a_total_is_not_ranked_and_takes_no_place():
    assert rank({"a": None, "b": 0, "c": 1}) == {"c": 1, "b": 2}


def test_all_equal_units_are_first():
    assert rank({"a": 5, "b": 5}) == {"a": 1, "b": 1}


def test_nothing_to_rank_is_an_empty_ranking():
    assert rank({}) == {}
