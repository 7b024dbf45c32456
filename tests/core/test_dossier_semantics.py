"""What a dossier's events mean together: hazards of real connectors, corrections, transfers, pauses, papers, money."""

import pytest

from streams.core.contribution import contribution
from streams.core.deadlines import due_in_force, is_thanks_to_rescheduling
from streams.core.masks import names
from streams.core.periods import parse_period
from streams.core.reference import Reference
from streams.core.rules import Rules
from tests.core.building import DOSSIER, PROCEDURE, UNIT, at, dossier, event, received, record

MARCH = parse_period("2024-03")
CATALOGUE = Reference(
    [
        record(
            "procedure",
            PROCEDURE,
            {"valid_from": "2020-01-01", "name": "x", "has_fee": True, "citizen_subject": True},
        )
    ]
)
LATER = "2024-12-31 12:00"


def counted(facts, *, as_of=LATER, reference=CATALOGUE, period=MARCH):
    cutoff = period.cutoff(at(as_of))
    return set(names(contribution(facts, period.start, period.end, cutoff, reference, Rules())))


def national(when, **fields):
    """A record of DongBoHoSoMC whose newest inner time is `when`."""
    return event("dossier.recorded", when, **fields)


def progress(when, status, **fields):
    return event("dossier.progressed", when, status=status, **fields)


def correction(when, field, new, old=None):
    return event("dossier.corrected", when, field=field, new=new, old=old)


def iso(text):
    return f"2024-{text.replace(' ', 'T')}:00+07:00"


# ------------------------------------------------------------------ hazards


@pytest.mark.parametrize("status", [9, 10])
def test_a_status_9_or_10_without_its_date_resolves_nothing_and_is_flagged(status):
    facts = dossier(national("03-04 08:00", received_at="03-04 08:00", due_at="03-08 17:00", status=status))
    assert {"open", "open_late"} <= counted(facts)
    assert facts.contradictions == ("status_without_date",)
    assert facts.status == 2


def test_the_flag_goes_when_the_date_comes():
    facts = dossier(
        national("03-04 08:00", received_at="03-04 08:00", due_at="03-08 17:00", status=9),
        national("03-08 17:00", received_at="03-04 08:00", finished_at="03-08 17:00", status=9),
    )
    assert {"completed", "on_time"} <= counted(facts)
    assert facts.contradictions == ()


@pytest.mark.parametrize(("status", "field"), [(3, "refused_at"), (7, "withdrawn_at"), (8, "stopped_at")])
def test_a_record_says_when_it_ended_a_dossier_where_the_format_has_no_date_for_it(status, field):
    facts = dossier(national("03-06 08:00", received_at="03-04 08:00", due_at="03-08 17:00", status=status))
    assert getattr(facts, field) == at("03-06 08:00")
    assert facts.status == status


@pytest.mark.parametrize(
    ("status", "field"),
    [(3, "refused_at"), (7, "withdrawn_at"), (8, "stopped_at"), (9, "finished_at"), (10, "returned_at")],
)
def test_a_step_of_progress_dates_an_end_that_no_record_dates(status, field):
    facts = dossier(received("03-04 08:00"), progress("03-06 08:00", status))
    assert getattr(facts, field) == at("03-06 08:00")


def test_the_date_of_the_record_wins_over_the_time_of_the_step():
    facts = dossier(
        received("03-04 08:00", "03-08 17:00"),
        progress("03-08 17:05", 9),
        national("03-08 17:00", finished_at="03-08 17:00", status=9),
    )
    assert facts.finished_at == at("03-08 17:00")


def test_a_step_to_received_is_a_reception_and_the_earliest_one_counts():
    assert dossier(progress("03-04 08:00", 2)).received_at == at("03-04 08:00")
    assert dossier(progress("03-04 08:00", 2), received("03-05 08:00")).received_at == at("03-04 08:00")


def test_a_null_in_a_record_says_nothing():
    facts = dossier(
        national(
            "03-04 08:00", received_at="03-04 08:00", channel=2, procedure_code=PROCEDURE, vneid_verified=True
        ),
        national("03-05 08:00", submitted_at="03-01 08:00"),
    )
    assert (facts.channel, facts.procedure, facts.vneid) == (2, PROCEDURE, True)
    assert facts.received_at == at("03-04 08:00")


def test_the_same_record_sent_again_for_another_step_counts_the_dossier_once():
    once = national("03-04 08:00", received_at="03-04 08:00", due_at="03-08 17:00")
    assert dossier(once, once, once).received_at == at("03-04 08:00")


def test_a_later_record_replaces_undated_fields_whichever_comes_first():
    early = national("03-04 08:00", received_at="03-04 08:00", channel=1, online_payment=0)
    late = national(
        "03-06 08:00", received_at="03-04 08:00", channel=2, online_payment=1, finished_at="03-06 08:00"
    )
    for order in ((early, late), (late, early)):
        facts = dossier(*order)
        assert (facts.channel, facts.online_payment) == (2, 1)


def test_a_deleted_component_no_longer_counts():
    paper = {"component_id": "c1", "has_file": True, "from_personal_store": True}
    first = national("03-04 08:00", received_at="03-04 08:00", components=[paper])
    second = national("03-05 08:00", finished_at="03-05 08:00", components=[{**paper, "deleted": True}])
    assert "personal_store" in counted(dossier(first))
    assert "personal_store" not in counted(dossier(second, first))


# -------------------------------------------------------------- corrections


def test_reception_keeps_its_earliest_time_unless_corrected():
    events = [received("03-05 08:00"), received("03-04 08:00")]
    assert dossier(*events).received_at == at("03-04 08:00")
    corrected = dossier(*events, correction("03-10 08:00", "received_at", iso("03-06 08:00")))
    assert corrected.received_at == at("03-06 08:00")


def test_a_record_marked_as_update_corrects_its_own_times():
    facts = dossier(
        national("03-04 08:00", received_at="03-04 08:00"),
        national("03-06 08:00", received_at="03-06 08:00", is_update=True),
        national("03-05 08:00", received_at="03-03 08:00"),
    )
    assert facts.received_at == at("03-06 08:00")


def test_only_a_correction_reopens_a_resolved_dossier_and_it_can_be_resolved_again():
    events = [received("03-04 08:00", "03-08 17:00"), event("dossier.resolved", "03-06 08:00")]
    reopening = correction("03-07 08:00", "finished_at", None)
    assert "completed" in counted(dossier(*events, progress("03-07 08:00", 4)))
    assert {"open", "open_late"} <= counted(dossier(*events, reopening))
    again = dossier(event("dossier.resolved", "03-08 16:00"), reopening, *events)
    assert {"completed", "on_time"} <= counted(again)


def test_of_two_corrections_the_later_counts():
    first = correction("03-10 08:00", "finished_at", iso("03-08 10:00"))
    second = correction("03-11 08:00", "finished_at", iso("03-08 17:00"))
    for order in ((first, second), (second, first)):
        facts = dossier(received("03-04 08:00"), event("dossier.resolved", "03-09 08:00"), *order)
        assert facts.finished_at == at("03-08 17:00")


@pytest.mark.parametrize(
    ("field", "new", "attribute", "expected"),
    [
        ("channel", 2, "channel", 2),
        ("channel", None, "channel", None),
        ("online_payment", 1, "online_payment", 1),
        ("procedure_code", "9.9", "procedure", "9.9"),
        ("procedure_code", None, "procedure", None),
        ("due_at", iso("03-20 17:00"), "due_at", at("03-20 17:00")),
        ("due_at", None, "due_at", None),
        ("submitted_at", iso("03-01 08:00"), "submitted_at", at("03-01 08:00")),
    ],
)
def test_a_correction_replaces_what_any_later_statement_says(field, new, attribute, expected):
    facts = dossier(
        received("03-04 08:00", "03-08 17:00", channel=1, procedure_code=PROCEDURE),
        correction("03-05 08:00", field, new),
        national(
            "03-09 08:00", due_at="03-30 17:00", channel=3, procedure_code="8.8", online_payment=0, status=4
        ),
    )
    assert getattr(facts, attribute) == expected


# ---------------------------------------------------------------- deadlines


def test_an_apology_moves_the_due_date_and_the_dossier_is_on_time_only_thanks_to_it():
    facts = dossier(
        received("03-04 08:00", "03-08 17:00"),
        event("dossier.rescheduled", "03-07 08:00", due_before="03-08 17:00", due_after="03-12 17:00"),
        event("dossier.resolved", "03-11 10:00"),
    )
    assert "on_time" in counted(facts)
    assert facts.original_due_at == at("03-08 17:00")
    assert is_thanks_to_rescheduling(facts, at("03-31 08:00"), CATALOGUE, Rules())
    assert facts.contradictions == ()


def test_an_apology_after_the_cutoff_does_not_yet_move_the_due_date():
    facts = dossier(
        received("03-22 08:00", "03-29 17:00"),
        event("dossier.rescheduled", "04-01 08:00", due_after="04-10 17:00"),
    )
    assert "on_time" not in counted(facts)
    assert facts.contradictions == ("rescheduled_after_due",)


@pytest.mark.parametrize(
    ("sent", "flags"),
    [
        ("03-07 17:00", ()),
        ("03-07 17:01", ("apology_less_than_a_day_before",)),
        ("03-08 17:01", ("rescheduled_after_due",)),
    ],
)
def test_an_apology_must_go_a_day_before_the_date_it_replaces(sent, flags):
    facts = dossier(
        received("03-04 08:00", "03-08 17:00"), event("dossier.rescheduled", sent, due_after="03-12 17:00")
    )
    assert facts.contradictions == flags


def test_a_second_apology_is_flagged_and_still_counts():
    facts = dossier(
        received("03-04 08:00", "03-08 17:00"),
        event("dossier.rescheduled", "03-07 08:00", due_before="03-08 17:00", due_after="03-12 17:00"),
        event("dossier.rescheduled", "03-11 08:00", due_before="03-12 17:00", due_after="03-14 17:00"),
        event("dossier.resolved", "03-14 17:00"),
    )
    assert "on_time" in counted(facts)
    assert facts.contradictions == ("rescheduled_twice",)


def test_a_later_due_date_stated_after_an_apology_wins_and_an_old_one_sent_again_does_not():
    events = [
        received("03-04 08:00", "03-08 17:00"),
        event("dossier.rescheduled", "03-07 08:00", due_after="03-12 17:00"),
    ]
    cutoff = at("03-31 08:00")
    newer = dossier(*events, national("03-10 08:00", due_at="03-15 17:00", status=4))
    stale = dossier(*events, national("03-10 08:00", due_at="03-08 17:00", status=4))
    assert due_in_force(newer, cutoff, CATALOGUE, Rules()) == at("03-15 17:00")
    assert due_in_force(stale, cutoff, CATALOGUE, Rules()) == at("03-12 17:00")


def test_a_corrected_due_date_wins_over_what_was_agreed_before_it_and_not_over_what_comes_after():
    events = [
        received("03-04 08:00", "03-08 17:00"),
        event("dossier.rescheduled", "03-07 08:00", due_after="03-12 17:00"),
        correction("03-09 08:00", "due_at", iso("03-11 17:00")),
    ]
    cutoff = at("03-31 08:00")
    assert due_in_force(dossier(*events), cutoff, CATALOGUE, Rules()) == at("03-11 17:00")
    apology = event("dossier.rescheduled", "03-10 08:00", due_after="03-13 17:00")
    assert due_in_force(dossier(*events, apology), cutoff, CATALOGUE, Rules()) == at("03-13 17:00")


def test_the_due_date_to_show_moves_with_a_pause_only_where_the_rule_says_so():
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        event("dossier.supplement_requested", "03-12 08:00", round_id="r"),
        event("dossier.supplement_completed", "03-13 08:00", round_id="r"),
    )
    cutoff = at("03-14 08:00")
    shown = {
        rule: due_in_force(facts, cutoff, CATALOGUE, Rules(supplement_rule=rule))
        for rule in ("subtract", "shift", "restart")
    }
    assert shown == {"subtract": at("03-15 17:00"), "shift": at("03-16 17:00"), "restart": at("03-19 08:00")}


def test_a_round_completed_twice_at_different_times_is_flagged_and_the_first_counts():
    facts = dossier(
        received("03-11 08:00", "03-15 17:00"),
        event("dossier.supplement_requested", "03-12 08:00", round_id="r"),
        event("dossier.supplement_completed", "03-14 08:00", round_id="r"),
        event("dossier.supplement_completed", "03-13 08:00", round_id="r"),
    )
    assert facts.supplements[0].completed_at == at("03-13 08:00")
    assert facts.contradictions == ("supplement_completed_twice",)


def test_the_same_round_told_by_an_event_and_by_a_record_is_one_round():
    told = {"round_id": "r", "requested_at": iso("03-12 08:00"), "completed_at": iso("03-13 08:00")}
    facts = dossier(
        event("dossier.supplement_requested", "03-12 08:00", round_id="r"),
        national("03-13 08:00", received_at="03-11 08:00", supplements=[told]),
    )
    assert len(facts.supplements) == 1
    assert facts.contradictions == ()


@pytest.mark.parametrize(
    ("events", "flag"),
    [
        ([event("dossier.resolved", "03-06 08:00")], "ended_without_reception"),
        ([received("03-06 08:00", "03-08 17:00"), correction("03-09 08:00", "due_at", iso("03-01 08:00"))],
         "due_before_received"),
        ([received("03-06 08:00"), event("dossier.resolved", "03-08 08:00"), event("dossier.returned", "03-07 08:00")],
         "returned_before_finished"),
    ],
)  # fmt: skip
def test_contradictions_between_events_are_flags(events, flag):
    assert dossier(*events).contradictions == (flag,)


# ---------------------------------------------------------------- transfers


def test_a_transferred_dossier_counts_for_the_unit_that_held_it_at_the_cutoff():
    facts = dossier(
        received("03-04 08:00", "03-08 17:00", handling_unit="H44.A"),
        event("dossier.transferred", "04-02 08:00", from_unit="H44.A", to_unit="H44.B"),
    )
    assert facts.holder(at("03-31 23:59")) == "H44.A"
    assert facts.holder(at("04-02 08:00")) == "H44.B"


def test_before_the_first_transfer_the_unit_it_came_from_held_it():
    facts = dossier(
        event("dossier.transferred", "03-06 08:00", from_unit="H44.A", to_unit="H44.B"),
        national("03-10 08:00", received_at="03-04 08:00", handling_unit="H44.C"),
    )
    moments = ("03-04 08:00", "03-06 08:00", "03-10 08:00")
    assert [facts.holder(at(moment)) for moment in moments] == ["H44.A", "H44.B", "H44.C"]


def test_the_unit_that_took_the_papers_in_handles_until_another_is_named():
    submitted = event("dossier.submitted", "03-01 08:00", procedure_code=PROCEDURE, unit_code="H44.DOOR")
    assert dossier(submitted).holder(at("03-02 08:00")) == "H44.DOOR"
    for order in ((submitted, received("02-28 08:00")), (received("02-28 08:00"), submitted)):
        assert dossier(*order).holder(at("03-02 08:00")) == UNIT


def test_a_corrected_unit_holds_from_the_beginning():
    facts = dossier(received("03-04 08:00"), correction("03-10 08:00", "handling_unit", "H44.Z"))
    assert facts.holder(at("03-05 08:00")) == "H44.Z"


# ------------------------------------------------- papers, money, opinions


def test_a_digitized_dossier_needs_a_component_file_and_a_result_file():
    paper = event("component.attached", "03-04 09:00", component_id="c", has_file=True)
    result = event("result.issued", "03-06 08:00", result_id="r", has_file=True)
    assert not {"result_available", "digitized"} & counted(dossier(received("03-04 08:00"), paper))
    assert counted(dossier(received("03-04 08:00"), result)) >= {"result_available"}
    assert counted(dossier(received("03-04 08:00"), paper, result)) >= {"result_available", "digitized"}


@pytest.mark.parametrize(
    "said",
    [
        event("dossier.digitized", "03-04 09:00", has_digitized_component=True),
        event("component.attached", "03-04 09:00", component_id="c", digitized=True),
        event("component.attached", "03-04 09:00", component_id="c", reused=True),
    ],
)
def test_digitised_data_are_reused_by_the_flag_or_by_a_component(said):
    assert "reused" in counted(dossier(received("03-04 08:00"), said))


@pytest.mark.parametrize(
    "said",
    [
        event("dossier.identity_verified", "03-04 09:00", vneid_verified=True),
        event("component.attached", "03-04 09:00", component_id="c", from_personal_store=True),
        event("dossier.database_consulted", "03-04 09:00", database_code="CSDLDC"),
    ],
)
def test_citizen_data_come_from_vneid_the_personal_store_or_the_population_database(said):
    found = counted(dossier(received("03-04 08:00", procedure_code=PROCEDURE), said))
    assert {"citizen_data", "citizen_procedures_connected"} <= found


def test_another_database_is_no_citizen_data():
    said = event("dossier.database_consulted", "03-04 09:00", database_code="CSDLDATDAI")
    assert "citizen_data" not in counted(dossier(received("03-04 08:00"), said))


@pytest.mark.parametrize(("amounts", "expected"), [
    (None, {"fee_dossiers", "fee_paid", "fee_procedures_paid"}),
    ([], {"fee_dossiers", "fee_paid", "fee_procedures_paid"}),
    ([0, 0], set()),
    ([0, 50000], {"fee_dossiers", "fee_paid", "fee_procedures_seen", "fee_procedures_paid"}),
])  # fmt: skip
def test_nothing_is_owed_only_if_there_are_fee_lines_and_all_are_zero(amounts, expected):
    fees = (
        None
        if amounts is None
        else [{"code": f"LP{n}", "amount": amount} for n, amount in enumerate(amounts)]
    )
    facts = dossier(
        national(
            "03-04 08:00", received_at="03-04 08:00", procedure_code=PROCEDURE, online_payment=1, fees=fees
        )
    )
    assert {name for name in counted(facts) if name.startswith("fee_")} == expected


@pytest.mark.parametrize(("kind", "online"), [(0, False), (1, True), (2, True), (3, False)])
def test_only_the_national_portal_and_the_gateway_are_online_payments(kind, online):
    paid = event("dossier.paid", "03-05 08:00", online_payment=kind)
    found = counted(dossier(received("03-04 08:00", procedure_code=PROCEDURE), paid))
    assert ("fee_paid" in found) == online


def test_a_payment_after_the_cutoff_does_not_count_yet_and_an_undated_one_does():
    begun = received("03-30 08:00", procedure_code=PROCEDURE)
    assert "fee_paid" not in counted(dossier(begun, event("dossier.paid", "04-02 08:00", online_payment=1)))
    assert "fee_paid" in counted(
        dossier(begun, national("04-02 08:00", returned_at="04-02 08:00", online_payment=1))
    )


def test_a_procedure_without_a_fee_has_no_fee_dossiers():
    assert not {
        name
        for name in counted(dossier(received("03-04 08:00", procedure_code="9.9")))
        if name.startswith("fee")
    }


def test_a_carried_over_dossier_counts_in_no_counter_of_received():
    facts = dossier(
        received("02-26 08:00", "03-08 17:00", procedure_code=PROCEDURE, channel=2),
        event("dossier.synced", "02-26 09:00", direction="to_portal", accepted=True),
        event("dossier.identity_verified", "02-26 09:00", vneid_verified=True),
    )
    assert counted(facts) == {"handled", "open", "open_late", "citizen_data", "citizen_procedures_connected"}


def test_without_a_reception_the_submission_shows_that_a_service_or_a_fee_procedure_is_used():
    facts = dossier(
        event("dossier.submitted", "03-04 08:00", procedure_code=PROCEDURE, channel=2),
        event("dossier.obligation_requested", "03-04 09:00", fees=[{"code": "LP", "amount": 50000}]),
        event("dossier.paid", "03-04 10:00", online_payment=1),
    )
    assert counted(facts) == {"online_services", "fee_procedures_seen", "fee_procedures_paid"}


@pytest.mark.parametrize("direction", ["to_portal", "from_portal"])
def test_an_accepted_call_in_either_direction_brings_a_dossier_to_the_portal(direction):
    accepted = event("dossier.synced", "03-05 08:00", direction=direction, accepted=True)
    refused = event("dossier.synced", "03-05 08:00", direction=direction, accepted=False, error_code="99")
    assert "received_synced" in counted(dossier(received("03-04 08:00"), refused, accepted))
    assert "received_synced" not in counted(dossier(received("03-04 08:00"), refused))


def test_a_late_a_disliked_or_a_complained_about_dossier_is_not_satisfied_and_is_subtracted_once():
    begun, done = received("03-04 08:00", "03-08 17:00"), event("dossier.resolved", "03-06 08:00")
    disliked = event("dossier.rated", "03-07 08:00", liked=False)
    complaint = event(
        "petition.lodged", "03-07 08:00", petition_class="staff", direct=True, dossier_code=DOSSIER
    )
    assert "satisfied" in counted(dossier(begun, done))
    assert "satisfied" in counted(dossier(begun, done, event("dossier.rated", "03-07 08:00", liked=True)))
    assert "satisfied" not in counted(dossier(begun, done, disliked))
    assert "satisfied" not in counted(dossier(begun, event("dossier.resolved", "03-09 08:00")))
    assert "satisfied" not in counted(dossier(begun, done, complaint))
    assert {"on_time"} <= counted(dossier(begun, done, complaint, disliked))


def test_the_newest_opinion_counts():
    begun, done = received("03-04 08:00", "03-08 17:00"), event("dossier.resolved", "03-06 08:00")
    opinions = [
        event("dossier.rated", "03-07 08:00", liked=False),
        event("dossier.rated", "03-08 08:00", liked=True),
    ]
    assert "satisfied" in counted(dossier(begun, done, *opinions))
    assert "satisfied" in counted(dossier(begun, done, *reversed(opinions)))
