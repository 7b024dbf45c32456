"""At which moment and up to which events a replay's figures are held against its log."""

import pytest

from streams.audit.cut import audited_periods, closing_cut, covers, tick_cut, told_clock
from streams.audit.ledger import TickSeen
from streams.core.periods import moment, parse_period
from streams.errors import UserError
from tests.integration.pipeline_world import local

ENDS = {0: 10, 1: 20}
UNENDED = {0: [TickSeen(4, 100, last=False), TickSeen(9, 200, last=False)], 1: [TickSeen(6, 100, last=False)]}
ENDED = {0: [TickSeen(4, 100, last=False), TickSeen(7, 200, last=True)], 1: [TickSeen(19, 200, last=True)]}


def test_the_clock_is_what_every_partition_has_been_told():
    assert told_clock(UNENDED, ENDS) == 100
    assert told_clock(ENDED, ENDS) == 200
    with pytest.raises(UserError, match="not told the time to every partition"):
        told_clock({0: UNENDED[0]}, ENDS)


def test_events_count_up_to_the_tick_and_after_the_last_one_all():
    assert tick_cut(UNENDED, ENDS, 100) == (100, {0: 4, 1: 6})
    assert tick_cut(ENDED, ENDS, 200) == (200, {0: 10, 1: 20})
    with pytest.raises(UserError, match="no time at that moment"):
        tick_cut(UNENDED, ENDS, 99)


def test_a_cut_covers_the_log_if_nothing_but_ticks_follows_it():
    assert not covers(tick_cut(UNENDED, ENDS, 100), ENDS, UNENDED)
    assert covers(tick_cut(ENDED, ENDS, 200), ENDS, ENDED)
    assert covers(tick_cut(UNENDED, {0: 5, 1: 7}, 100), {0: 5, 1: 7}, {0: UNENDED[0][:1], 1: UNENDED[1]})


def test_a_period_is_closed_at_the_first_tick_past_its_grace():
    june = parse_period("2026-06")
    ticks = [
        TickSeen(3, moment(local("2026-08-14 23:00")), last=False),
        TickSeen(8, moment(local("2026-08-15 00:00")), last=False),
    ]
    assert closing_cut({0: ticks}, {0: 10}, june, 45).positions == {0: 8}
    with pytest.raises(UserError, match="neither open nor closed"):
        closing_cut({0: ticks[:1]}, {0: 10}, june, 45)


def test_open_periods_are_audited_unless_others_are_named():
    at = moment(local("2026-09-01 08:00"))
    running, closed = audited_periods((), at, 45)
    assert {"2026-09", "2026-08", "2026-Q3", "2026", "R7@2026-09-01"} <= {period.key for period in running}
    assert closed == []
    named = audited_periods(("2026-08", "2026-05"), at, 45)
    assert [[period.key for period in periods] for periods in named] == [["2026-08"], ["2026-05"]]
    with pytest.raises(UserError, match="2027 has no figures now; open periods are"):
        audited_periods(("2027",), at, 45)
    with pytest.raises(UserError, match="not a period"):
        audited_periods(("August",), at, 45)
