"""RESOLVED_ON_TIME: the worked example of index-766.md section 10, row by row, and what it leaves open."""

import pytest

from streams.core.contribution import contribution
from streams.core.masks import names
from streams.core.periods import parse_period
from streams.core.reference import Reference
from streams.core.rules import Rules
from tests.core.building import PROCEDURE, at, dossier, event, received, record

FEBRUARY, MARCH, APRIL = (parse_period(f"2024-0{month}") for month in (2, 3, 4))


def counted(facts, period=MARCH, *, as_of="2024-12-31 12:00", rule="subtract", reference=None):
    cutoff = period.cutoff(at(as_of))
    mask = contribution(
        facts, period.start, period.end, cutoff, reference or Reference(), Rules(supplement_rule=rule)
    )
    return set(names(mask))


def asked(when, round_id="r1"):
    return event("dossier.supplement_requested", when, round_id=round_id)


def completed(when, round_id="r1", **fields):
    return event("dossier.supplement_completed", when, round_id=round_id, **fields)


def resolved(when):
    return event("dossier.resolved", when)


def limit(number, unit):
    return {"valid_from": "2024-01-01", "name": "x", "max_time": number, "time_unit": unit}


EXAMPLE = {
    1: [received("03-04 08:00", "03-08 17:00"), resolved("03-08 17:00")],
    2: [received("03-04 08:00", "03-08 17:00"), resolved("03-08 17:01")],
    3: [received("02-26 08:00", "03-05 17:00"), resolved("03-04 09:00")],
    4: [received("02-20 08:00", "02-29 17:00"), resolved("02-29 10:00")],
    5: [received("03-25 08:00", "04-03 17:00")],
    6: [received("03-20 08:00", "03-27 17:00")],
    7: [received("03-11 08:00", "03-15 17:00"), asked("03-13 09:00")],
    8: [
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-13 08:00"),
        asked("03-14 08:00", "r2"),
    ],
    9: [
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-18 08:00"),
        resolved("03-20 10:00"),
    ],
    10: [
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-18 08:00", due_after="03-21 17:00"),
        resolved("03-20 10:00"),
    ],
    11: [
        event("dossier.submitted", "03-11 08:00", procedure_code=PROCEDURE),
        event("dossier.refused", "03-12 08:00"),
    ],
    12: [received("03-11 08:00", "03-15 17:00"), event("dossier.withdrawn", "03-14 08:00")],
    13: [received("03-22 08:00", "03-29 17:00"), resolved("04-02 08:00")],
    14: [
        received("03-11 08:00", "03-15 17:00"),
        resolved("03-14 08:00"),
        event("dossier.returned", "03-20 08:00"),
    ],
}
LATE = {2, 6, 8, 13}
CARRIED_OVER, ENDED_BEFORE, NEVER_RECEIVED = 3, 4, 11


@pytest.mark.parametrize("row", EXAMPLE)
def test_each_row_of_the_worked_example_counts_as_written(row):
    found = counted(dossier(*EXAMPLE[row]))
    assert ("handled" in found) == (row not in {ENDED_BEFORE, NEVER_RECEIVED})
    assert ("received" in found) == (row not in {CARRIED_OVER, ENDED_BEFORE, NEVER_RECEIVED})
    assert ("on_time" in found) == ("handled" in found and row not in LATE)


def test_the_worked_example_adds_up_to_12_handled_8_on_time_and_11_received():
    every = [counted(dossier(*events)) for events in EXAMPLE.values()]
    assert [sum(name in found for found in every) for name in ("handled", "on_time", "received")] == [
        12,
        8,
        11,
    ]


def test_a_dossier_late_in_march_is_late_in_april_too():
    assert "on_time" not in counted(dossier(*EXAMPLE[13]), APRIL)
    assert "handled" in counted(dossier(*EXAMPLE[13]), APRIL)


def test_one_dossier_may_be_on_time_in_march_and_overdue_in_april():
    facts = dossier(received("03-22 08:00", "04-01 17:00"), resolved("04-02 08:00"))
    assert {"handled", "on_time"} <= counted(facts)
    assert "on_time" not in counted(facts, APRIL)


def test_a_running_period_is_evaluated_at_the_present_moment():
    facts = dossier(received("03-04 08:00", "03-08 17:00"))
    assert "on_time" in counted(facts, as_of="03-08 17:00")
    assert {"open", "open_late"} <= counted(facts, as_of="2024-03-08 17:00:00.001")


def test_a_dossier_received_after_the_cutoff_counts_nowhere_yet():
    assert counted(dossier(received("03-04 08:00", "03-08 17:00")), as_of="03-04 07:59") == set()


@pytest.mark.parametrize("rule", ["subtract", "restart", "shift"])
def test_a_new_due_date_from_the_source_wins_over_every_supplement_rule(rule):
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-18 08:00", due_after="03-19 17:00"),
        resolved("03-20 10:00"),
    )
    assert "on_time" not in counted(facts, rule=rule)


@pytest.mark.parametrize(("rule", "finished", "in_time"), [
    ("subtract", "03-21 17:00", True),
    ("subtract", "03-21 17:01", False),
    ("shift", "03-21 17:00", True),
    ("shift", "03-21 17:01", False),
    ("restart", "03-22 08:00", True),
    ("restart", "03-22 08:01", False),
])  # fmt: skip
def test_without_a_new_due_date_the_supplement_rule_says_how_long_the_pause_lets_it_take(
    rule, finished, in_time
):
    """Four working days promised; six days of pause; restarted, four working days from 18 March 08:00."""
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-18 08:00"),
        resolved(finished),
    )
    assert ("on_time" in counted(facts, rule=rule)) == in_time


def test_restart_takes_the_full_time_of_the_procedure_where_the_catalogue_has_one():
    reference = Reference([
        record("procedure", PROCEDURE, limit(2, "working_day"))
    ])  # fmt: skip
    events = [
        received("03-11 08:00", "03-15 17:00", procedure_code=PROCEDURE),
        asked("03-12 08:00"),
        completed("03-18 08:00"),
    ]
    in_time = dossier(*events, resolved("03-20 08:00"), reference=reference)
    late = dossier(*events, resolved("03-20 08:01"), reference=reference)
    assert "on_time" in counted(in_time, rule="restart", reference=reference)
    assert "on_time" not in counted(late, rule="restart", reference=reference)


def test_a_pause_before_a_new_due_date_is_in_it_and_a_pause_after_it_is_not():
    events = [
        received("03-11 08:00", "03-15 17:00"),
        asked("03-12 08:00"),
        completed("03-13 08:00", due_after="03-18 17:00"),
        asked("03-14 08:00", "r2"),
        completed("03-15 08:00", "r2"),
    ]
    assert "on_time" in counted(dossier(*events, resolved("03-19 17:00")))
    assert "on_time" not in counted(dossier(*events, resolved("03-19 17:01")))


def test_an_open_dossier_gets_the_pause_that_is_over_taken_off():
    facts = dossier(received("03-11 08:00", "03-15 17:00"), asked("03-12 08:00"), completed("03-13 08:00"))
    assert "on_time" in counted(facts, as_of="03-16 17:00")
    assert "on_time" not in counted(facts, as_of="03-16 17:01")


def test_a_supplement_asked_after_the_due_date_does_not_save_a_dossier():
    assert "on_time" not in counted(dossier(received("03-11 08:00", "03-15 17:00"), asked("03-15 17:01")))


def test_a_supplement_completed_after_the_cutoff_leaves_the_dossier_waiting():
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        asked("03-13 09:00"),
        completed("04-05 08:00"),
        resolved("04-20 08:00"),
    )
    assert {"open", "on_time"} <= counted(facts)


def test_a_request_to_pay_does_not_pause_the_clock():
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        event("dossier.obligation_requested", "03-12 08:00", fees=[{"code": "LP", "amount": 50000}]),
    )
    assert "on_time" not in counted(facts)


@pytest.mark.parametrize(("unit", "number", "in_time", "late"), [
    ("working_day", 3, "03-11 08:00", "03-11 08:01"),
    ("day", 3, "03-11 08:00", "03-11 08:01"),
    ("hour", 8, "03-07 08:00", "03-07 08:01"),
    ("month", 1, "04-08 08:00", "04-08 08:01"),
])  # fmt: skip
def test_without_a_due_date_the_maximum_time_of_the_procedure_is_the_limit(unit, number, in_time, late):
    reference = Reference([
        record("procedure", PROCEDURE, limit(number, unit))
    ])  # fmt: skip
    begun = received("03-06 08:00" if unit != "month" else "03-08 08:00", procedure_code=PROCEDURE)
    assert "on_time" in counted(dossier(begun, resolved(in_time), reference=reference), reference=reference)
    assert "on_time" not in counted(
        dossier(begun, resolved(late), reference=reference),
        MARCH if unit != "month" else APRIL,
        reference=reference,
    )


def test_without_a_due_date_the_pause_is_taken_off_the_maximum_time_too():
    reference = Reference([
        record("procedure", PROCEDURE, limit(2, "working_day"))
    ])  # fmt: skip
    events = [
        received("03-04 08:00", procedure_code=PROCEDURE),
        asked("03-05 08:00"),
        completed("03-07 08:00"),
    ]
    in_time = dossier(*events, resolved("03-08 08:00"), reference=reference)
    late = dossier(*events, resolved("03-08 08:01"), reference=reference)
    assert "on_time" in counted(in_time, reference=reference)
    assert "on_time" not in counted(late, reference=reference)


def test_without_any_limit_a_dossier_is_on_time_and_flagged():
    facts = dossier(received("03-04 08:00"))
    assert "on_time" in counted(facts)
    assert facts.no_deadline


@pytest.mark.parametrize("end", ["dossier.stopped", "dossier.refused", "dossier.withdrawn"])
def test_stopping_refusing_after_reception_and_withdrawing_end_a_dossier(end):
    facts = dossier(received("03-04 08:00", "03-08 17:00"), event(end, "03-08 17:00"))
    assert {"on_time", "completed"} <= counted(facts)
    assert counted(facts, APRIL) == set()


def test_a_dossier_refused_at_the_counter_and_received_the_next_day_is_alive():
    facts = dossier(event("dossier.refused", "03-03 08:00"), received("03-04 08:00", "03-08 17:00"))
    assert {"handled", "open"} <= counted(facts)


def test_a_dossier_withdrawn_before_reception_is_in_no_population():
    facts = dossier(event("dossier.withdrawn", "03-03 08:00"), received("03-04 08:00", "03-08 17:00"))
    assert counted(facts) == set()
    assert facts.contradictions == ("withdrawn_before_received",)


def test_a_dossier_finished_before_it_was_received_is_flagged_and_still_counted():
    facts = dossier(received("03-04 08:00", "03-08 17:00"), resolved("02-20 08:00"))
    assert {"received", "handled", "on_time"} <= counted(facts)
    assert facts.contradictions == ("finished_before_received",)


def test_handled_contains_received_in_every_period():
    for events in EXAMPLE.values():
        for period in (FEBRUARY, MARCH, APRIL):
            found = counted(dossier(*events), period)
            assert "received" not in found or "handled" in found
