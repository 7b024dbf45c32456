"""Grades (xếp loại): the word for a rounded total, by the bounds of an index version."""

from collections.abc import Sequence

from schemas.index import Grade
from streams.core.rounding import to_hundredths


def grade_of(grades: Sequence[Grade], total: int) -> str:
    """Code of the first grade whose bound `total` (in cents, rounded) reaches; grades fall and end at 0."""
    return next(grade.code for grade in grades if total >= to_hundredths(grade.from_total))
