"""Half-up rounding of exact fractions."""

from decimal import Decimal

import pytest

from streams.core.rounding import from_hundredths, half_up, to_hundredths


def test_a_half_goes_up():
    assert [half_up(n, 2) for n in range(5)] == [0, 1, 1, 2, 2]


def test_less_than_a_half_goes_down():
    assert half_up(2499999999999999999, 5 * 10**18) == 0


def test_hundredths_keep_two_decimals():
    assert str(from_hundredths(800)) == "8.00"
    assert to_hundredths(Decimal("8.1")) == 810


def test_a_third_decimal_is_refused():
    with pytest.raises(ValueError, match=r"8\.125"):
        to_hundredths(Decimal("8.125"))
