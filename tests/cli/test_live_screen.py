"""The screen of `nhip766 demo --live` fits a terminal of any height."""

import pytest

from streams.cli.live_screen import SHOWN_ALERTS, SHOWN_CHANGES, shares


@pytest.mark.parametrize("lines", range(-20, 80))
def test_alerts_and_changes_never_take_more_lines_than_there_are_but_one_each_is_always_shown(lines):
    alerts, changes, blank = shares(lines)
    assert 1 <= alerts <= SHOWN_ALERTS
    assert 1 <= changes <= SHOWN_CHANGES
    assert alerts + changes + 2 + 2 * blank <= max(lines, 4)


def test_a_small_terminal_shows_some_of_both_and_a_large_one_all():
    assert shares(8) == (4, 2, False)
    assert shares(30) == (SHOWN_ALERTS, SHOWN_CHANGES, True)
