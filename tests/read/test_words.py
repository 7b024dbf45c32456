"""Vietnamese words for codes."""

from typing import get_args

import pytest

from schemas.alerts import AlertKind
from streams.read.words import ALERT_KINDS, grade_name, index_of, period_name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2024-03", "tháng 3 năm 2024"),
        ("2024-Q1", "quý I năm 2024"),
        ("2024-Q4", "quý IV năm 2024"),
        ("2024", "năm 2024"),
        ("R7@2024-03-31", "7 ngày đến 31/03/2024"),
        ("R30@2024-02-29", "30 ngày đến 29/02/2024"),
    ],
)
def test_periods_have_names(key: str, name: str):
    assert period_name(key) == name


def test_every_kind_of_alert_has_a_name_that_fits_a_column():
    assert set(ALERT_KINDS) == set(get_args(AlertKind))
    assert max(map(len, ALERT_KINDS.values())) <= 16


def test_grades_have_the_names_of_their_index_and_an_unknown_index_leaves_codes():
    assert grade_name(index_of("portal-2026"), "excellent") == "Xuất sắc"
    assert index_of("portal-1999") is None
    assert grade_name(None, "excellent") == "excellent"
