"""How far a clock may go while events wait in the log: no period closes before they are read."""

from datetime import datetime

import pytest

from streams.agents.closing_wait import IDLE_SECONDS, ClosingWait
from streams.core.dossier_partition import DossierPartition
from streams.core.periods import DAY_MS, LOCAL, moment
from streams.core.reference import Reference
from streams.core.rules import Rules

GRACE_DAYS = 45
OCTOBER_CLOSES = moment(datetime(2026, 11, 1, tzinfo=LOCAL)) + GRACE_DAYS * DAY_MS
LATER = OCTOBER_CLOSES + 100 * DAY_MS


class Log:
    """The end of a log and a steady clock, as they are told."""

    def __init__(self, end: int | None) -> None:
        self.end = end
        self.seconds = 0.0
        self.wait = ClosingWait(lambda: self.end, lambda: self.seconds)


@pytest.fixture
def partition() -> DossierPartition:
    return DossierPartition(
        0,
        stored=lambda _: None,
        reference=Reference(),
        rules=Rules(),
        grace_days=GRACE_DAYS,
        as_of=moment(datetime(2026, 11, 24, tzinfo=LOCAL)),
        incarnation=1,
    )


def test_the_clock_runs_as_it_is_while_nothing_closes_whatever_waits(partition):
    log = Log(None)
    assert log.wait.allowed(partition, OCTOBER_CLOSES - 1) == OCTOBER_CLOSES - 1


def test_nothing_closes_before_the_end_of_the_log_is_known_and_read(partition):
    log = Log(None)
    assert log.wait.allowed(partition, LATER) == OCTOBER_CLOSES - 1
    log.end = 10
    partition.skip(8)
    assert log.wait.allowed(partition, LATER) == OCTOBER_CLOSES - 1
    log.end = 1000
    partition.skip(9)
    assert log.wait.allowed(partition, LATER) == LATER, "what came since then is not waited for"


def test_an_empty_log_holds_nothing_back(partition):
    assert Log(0).wait.allowed(partition, LATER) == LATER


def test_an_end_that_holds_no_record_is_waited_for_a_while_only(partition):
    log = Log(10)
    partition.skip(7)
    assert log.wait.allowed(partition, LATER) == OCTOBER_CLOSES - 1
    log.seconds = IDLE_SECONDS - 1
    partition.skip(8)
    assert log.wait.allowed(partition, LATER) == OCTOBER_CLOSES - 1
    log.seconds += IDLE_SECONDS - 1
    assert log.wait.allowed(partition, LATER) == OCTOBER_CLOSES - 1
    log.seconds += 1
    assert log.wait.allowed(partition, LATER) == LATER


def test_each_closing_waits_for_what_stood_in_the_log_then(partition):
    log = Log(0)
    partition.advance(log.wait.allowed(partition, OCTOBER_CLOSES))
    november = OCTOBER_CLOSES + 30 * DAY_MS
    assert partition.closes_at == november
    log.end = 5
    assert log.wait.allowed(partition, november) == november - 1
