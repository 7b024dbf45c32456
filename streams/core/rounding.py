"""Exact numbers of the index: integers in hundredths (cents of a point, hundredths of a percent), half up.

Binary floating point never enters: 2 x (6/40) / 0.8 is exactly 0.375 and must become 0.38.
"""

from decimal import Decimal


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to an integer, ties upwards. Both are >= 0, the denominator > 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def to_hundredths(value: Decimal) -> int:
    """`value` in hundredths. Raises ValueError if it has a third decimal."""
    scaled = value * 100
    if scaled != int(scaled):
        raise ValueError(f"{value} has more than two decimals")
    return int(scaled)


def from_hundredths(hundredths: int) -> Decimal:
    """Decimal with exactly two decimals."""
    return Decimal(hundredths).scaleb(-2)
