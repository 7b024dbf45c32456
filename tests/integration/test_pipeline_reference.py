"""Reference data that change while the worker runs: every tally, score and row they touch is derived again."""

from collections.abc import Iterator

import pytest

from streams.core.periods import moment
from streams.intake.producer import EventProducer
from tests.integration.pipeline import Pipeline, until
from tests.integration.pipeline_account import plain
from tests.integration.pipeline_world import (
    COMMUNES,
    DISTRICTS,
    PROVINCE,
    SLOW,
    WITHOUT_FEE,
    event,
    local,
    procedure,
    received,
    reference_records,
    resolved,
    tick,
    unit,
)

UNIT, DISTRICT, OTHER_DISTRICT = COMMUNES[0], *DISTRICTS
AT = local("2026-08-20 17:00")
MONTH = "2026-08"
PAID, WAITING = f"{UNIT}-260803-0001", f"{UNIT}-260804-0002"


@pytest.fixture
def running(pipeline) -> Iterator[Pipeline]:
    """A dossier paid online of a procedure without a fee, and one with no due date, after the last tick of a replay."""
    pipeline.send_reference(reference_records())
    paid_at = local("2026-08-03 09:00")
    with pipeline.running(clock="ticks"):
        pipeline.send(
            [
                received(PAID, UNIT, local("2026-08-03 08:00"), local("2026-08-05 08:00")),
                event("dossier.paid", PAID, UNIT, paid_at, paid_at=paid_at, amount=10_000, online_payment=1),
                resolved(PAID, UNIT, local("2026-08-04 08:00")),
                received(WAITING, UNIT, local("2026-08-04 08:00"), procedure_code=SLOW),
                tick(AT, last=True),
            ]
        )
        pipeline.await_dossiers()
        pipeline.await_scores(moment(AT))
        yield pipeline


def unit_row(pipeline: Pipeline, code: str) -> dict:
    """The score of a unit in August."""
    (row,) = pipeline.query(
        "SELECT * FROM score_snapshots FINAL WHERE unit_code = %(unit)s AND period = %(period)s",
        unit=code,
        period=MONTH,
    )
    return row


def test_a_procedure_that_gets_a_fee_makes_its_dossiers_count_among_those_with_one(running):
    assert running.indicator(UNIT, MONTH, "PAYMENT_DOSSIER") == (0, 0)
    running.send_reference([procedure(WITHOUT_FEE, has_fee=True)])
    until("the dossier counts", lambda: running.indicator(UNIT, MONTH, "PAYMENT_DOSSIER") == (1, 1))
    until("and in its district", lambda: running.indicator(DISTRICT, MONTH, "PAYMENT_DOSSIER") == (1, 1))
    running.send_reference([procedure(WITHOUT_FEE)])
    until("and no more", lambda: running.indicator(UNIT, MONTH, "PAYMENT_DOSSIER") == (0, 0))


def test_a_procedure_with_a_shorter_time_makes_its_dossier_overdue_and_its_row_says_until_when(running):
    assert running.indicator(UNIT, MONTH, "RESOLVED_ON_TIME") == (2, 2)
    running.send_reference([procedure(SLOW, max_time=2, time_unit="working_day")])
    until("it is overdue", lambda: running.indicator(UNIT, MONTH, "RESOLVED_ON_TIME") == (1, 2))
    due = moment(local("2026-08-06 08:00"))
    until("its row says so", lambda: computed_due(running) == due)


def computed_due(pipeline: Pipeline) -> int | None:
    """When the dossier without a promise must be resolved, as its row says."""
    (row,) = pipeline.query(
        "SELECT computed_due_at FROM dossiers FINAL WHERE dossier_code = %(code)s", code=WAITING
    )
    return plain(row["computed_due_at"])


def test_a_unit_with_another_name_is_written_under_it_although_no_figure_changed(running):
    before = unit_row(running, UNIT)
    running.send_reference([unit(UNIT, "commune", DISTRICT, "Phường Mới")])
    until("the row has the name", lambda: unit_row(running, UNIT)["unit_name"] == "Phường Mới")
    assert unit_row(running, UNIT)["total"] == before["total"]


def test_a_unit_that_belongs_to_another_district_counts_there_and_no_longer_here(running):
    assert running.indicator(DISTRICT, MONTH, "RESOLVED_ON_TIME") == (2, 2)
    assert running.indicator(OTHER_DISTRICT, MONTH, "RESOLVED_ON_TIME") == (0, 0)
    running.send_reference([unit(UNIT, "commune", OTHER_DISTRICT)])
    until("it counts there", lambda: running.indicator(OTHER_DISTRICT, MONTH, "RESOLVED_ON_TIME") == (2, 2))
    until("and not here", lambda: running.indicator(DISTRICT, MONTH, "RESOLVED_ON_TIME") == (0, 0))
    until("its row says where", lambda: unit_row(running, UNIT)["parent_code"] == OTHER_DISTRICT)


def test_a_closed_unit_keeps_its_last_row_while_its_dossiers_go_on_counting_above_it(running):
    assert running.indicator(UNIT, MONTH, "RESOLVED_ON_TIME") == (2, 2)
    renamed = unit(DISTRICT, "district", PROVINCE, "Quận Mới")
    running.send_reference([unit(UNIT, "commune", DISTRICT, valid_to="2026-08-15"), renamed])
    until("the worker has heard of it", lambda: unit_row(running, DISTRICT)["unit_name"] == "Quận Mới")
    running.send(
        [received(f"{UNIT}-260805-0003", UNIT, local("2026-08-05 08:00"), local("2026-08-06 08:00"))]
    )
    until(
        "it counts in the district", lambda: running.indicator(DISTRICT, MONTH, "RESOLVED_ON_TIME") == (2, 3)
    )
    assert running.indicator(UNIT, MONTH, "RESOLVED_ON_TIME") == (2, 2)


def test_a_unit_that_opens_is_known_to_the_events_that_come_after_it(running):
    new = "H98.1.9"
    running.send_reference([unit(new, "commune", DISTRICT)])
    until("it has a row", lambda: running.indicator(new, MONTH, "RESOLVED_ON_TIME") == (0, 0))
    running.send([received(f"{new}-260805-0003", new, local("2026-08-05 08:00"), local("2026-08-25 08:00"))])
    until("its dossier counts", lambda: running.indicator(new, MONTH, "RESOLVED_ON_TIME") == (1, 1))
    assert running.read("dead-letters") == []


def test_events_that_follow_their_unit_and_procedure_at_once_are_never_refused(running):
    """One file brings a new unit, a new procedure and their first dossiers; the worker hears of both at once."""
    with EventProducer(running.settings, running.settings.kafka) as producer:
        for number in range(20):
            new, code = f"H98.1.5{number}", f"1.9{number}"
            producer.send_reference(unit(new, "commune", DISTRICT))
            producer.send_reference(procedure(code))
            at = local("2026-08-05 08:00")
            producer.send_event(received(f"{new}-260805-0003", new, at, procedure_code=code))
    running.await_committed()
    assert running.read("dead-letters") == []
    until("all count", lambda: running.indicator(DISTRICT, MONTH, "RESOLVED_ON_TIME") == (22, 22))
