"""Grades at their bounds."""

import pytest

from schemas.index import load_index
from streams.core.grades import grade_of


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (10000, "excellent"),
        (9000, "excellent"),
        (8999, "good"),
        (8000, "good"),
        (7999, "fair"),
        (7000, "fair"),
        (6999, "average"),
        (5000, "average"),
        (4999, "weak"),
        (0, "weak"),
    ],
)
def test_a_grade_begins_at_its_bound(total, grade):
    assert grade_of(load_index("portal-2026").grades, total) == grade
