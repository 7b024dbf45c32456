"""Alerts of dossiers on a clock that the test moves: when each is raised, what it becomes, and when it ends."""

import pytest
from msgspec.structs import replace

from streams.core.alert_rules import AlertRules
from tests.core.alerting import DISTRICT, PROVINCE, Desk
from tests.core.building import at, event, received

# 4 March 2024 is a Monday.
RECEIVED = received("03-04 08:00", "03-08 16:00")
SYNCED = event("dossier.synced", "03-04 08:05", direction="to_portal", target_status=2, accepted=True)


def test_a_dossier_left_alone_warns_the_day_before_and_on_its_day_and_is_late_the_moment_after():
    desk = Desk("03-04 09:00").hear(RECEIVED)
    assert desk.until("03-07 06:59").told == []
    assert desk.until("03-07 07:00").kinds() == ["dossier_due_tomorrow"]
    assert desk.until("03-08 07:00").kinds()[1:] == ["dossier_due_today"]
    assert desk.until("03-08 16:00").kinds()[2:] == [], "equality is on time"
    late = desk.until(at("03-08 16:00") + 1).told[-1]
    assert (late.kind, late.change, late.level) == ("dossier_late", "raised", 0)
    assert late.unit_code == "H44.100"
    assert late.told_units == ("H44.100",)


def test_an_alert_is_stamped_with_the_deadline_and_not_with_its_discovery():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:44")
    late = desk.of("dossier_late")[0]
    assert late.raised_at == late.changed_at == late.due_at == at("03-08 16:00")
    assert late.as_of == at("03-08 16:44")


def test_the_same_alert_is_told_once_however_often_it_is_looked_at():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:01")
    for minute in range(2, 30):
        desk.until(f"03-08 16:{minute:02}").restart()
    assert [alert.seq for alert in desk.of("dossier_late")] == [1]
    assert [alert.seq for alert in desk.told] == [1], "the clock jumped over the warnings"


def test_a_late_dossier_climbs_from_its_unit_to_the_district_and_the_province_by_working_hours():
    desk = Desk("03-04 09:00").hear(RECEIVED)
    desk.until("03-11 15:59")  # a weekend is no working time: 1 hour on Friday, 7 on Monday until 16:00
    assert [alert.level for alert in desk.of("dossier_late")] == [0]
    desk.until("03-11 16:00").until("03-13 16:00")
    late = desk.of("dossier_late")
    assert [(each.change, each.level, each.told_units) for each in late] == [
        ("raised", 0, ("H44.100",)),
        ("escalated", 1, (DISTRICT,)),
        ("escalated", 2, (PROVINCE,)),
    ]
    assert [each.changed_at for each in late] == [at("03-08 16:00"), at("03-11 16:00"), at("03-13 16:00")]
    assert late[-1].figures == {"minutes_late": 24 * 60}


def test_resolved_late_it_resolves_with_the_moment_of_the_end():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-08 16:30")
    desk.hear(event("dossier.resolved", "03-08 16:40")).until("03-08 16:45")
    assert desk.says()[-1] == ("dossier_late", "resolved", 0)
    assert desk.told[-1].changed_at == at("03-08 16:40")
    assert desk.told[-1].silent is False
    assert desk.book.open_alerts == 0
    assert desk.until("03-20 10:00").says()[-1] == ("dossier_late", "resolved", 0)


def test_resolved_in_time_nothing_is_late_and_the_warning_ends():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-08 08:00")
    desk.hear(event("dossier.resolved", "03-08 09:00")).until("03-20 10:00")
    assert desk.of("dossier_late") == []
    assert [each.change for each in desk.of("dossier_due_today")] == ["raised", "resolved"]


def test_the_warning_of_the_day_before_gives_way_to_that_of_the_day_without_a_word():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-07 08:00").until("03-08 08:00")
    raised, resolved = desk.of("dossier_due_tomorrow")
    assert (raised.silent, resolved.silent) == (False, True)
    assert resolved.changed_at == at("03-08 07:00")


def test_an_apology_moves_the_date_and_late_after_it_is_late_again():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-07 08:00")
    desk.hear(event("dossier.rescheduled", "03-07 09:00", due_before="03-08 16:00", due_after="03-12 16:00"))
    assert desk.until("03-07 09:01").says()[-1] == ("dossier_due_tomorrow", "resolved", 0)
    desk.until("03-12 16:01")
    assert desk.of("dossier_late") == []
    again = desk.of("dossier_late_again")
    assert [(each.due_at, each.severity) for each in again] == [(at("03-12 16:00"), "critical")]


def test_a_supplement_stops_the_clock_and_its_alerts_and_fifteen_days_without_answer_are_told():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-07 08:00")
    desk.hear(event("dossier.supplement_requested", "03-07 09:00", round_id="r1"))
    desk.until("03-22 08:59")
    assert desk.kinds() == ["dossier_due_tomorrow"]
    unanswered = desk.until("03-22 09:00").told[-1]
    assert (unanswered.kind, unanswered.raised_at) == ("supplement_unanswered", at("03-22 09:00"))
    desk.hear(event("dossier.supplement_completed", "03-22 10:00", round_id="r1")).until("03-22 10:01")
    assert [each.change for each in desk.of("supplement_unanswered")] == ["raised", "resolved"]


def test_after_a_supplement_the_pause_moves_the_day_of_the_warnings():
    desk = Desk("03-04 09:00").hear(
        RECEIVED,
        event("dossier.supplement_requested", "03-05 09:00", round_id="r1"),
        event("dossier.supplement_completed", "03-12 09:00", round_id="r1"),
    )
    assert desk.until("03-14 06:59").told == []
    assert desk.until("03-14 07:00").told[-1].due_at == at("03-15 16:00")


def test_a_second_supplement_request_is_told_at_once_and_counts_as_late():
    desk = Desk("03-04 09:00").hear(
        RECEIVED,
        event("dossier.supplement_requested", "03-05 09:00", round_id="r1"),
        event("dossier.supplement_completed", "03-05 15:00", round_id="r1"),
        event("dossier.supplement_requested", "03-06 09:30", round_id="r2"),
    )
    told = desk.until("03-06 09:31").told
    assert [(each.kind, each.raised_at) for each in told] == [("second_supplement", at("03-06 09:30"))]


def test_a_dossier_asked_for_papers_after_its_date_stays_late():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:30")
    desk.hear(event("dossier.supplement_requested", "03-08 16:40", round_id="r1")).until("03-08 16:50")
    assert desk.says()[-1] == ("dossier_late", "raised", 0)


def test_a_deadline_that_no_source_sent_is_computed_and_marked():
    desk = Desk("03-04 09:00").hear(received("03-04 08:00", procedure_code="1.1")).until("03-11 08:01")
    assert desk.of("dossier_late")[0].computed
    assert desk.of("dossier_late")[0].due_at == at("03-11 08:00")
    assert not Desk("03-04 09:00").hear(RECEIVED).until("03-08 08:00").told[0].computed


def test_a_stage_warns_at_eighty_percent_of_its_working_time_and_is_late_after_its_date():
    started = event("stage.started", "03-04 08:00", stage_id="tham-dinh", stage_due_at="03-06 08:00")
    desk = Desk("03-04 09:00").hear(RECEIVED, started)
    assert desk.until("03-05 13:29").told == []
    warned = desk.until("03-05 15:00").told[-1]
    # 16 working hours; 12.8 of them after Monday 08:00 end on Tuesday at 14:48
    assert (warned.kind, warned.raised_at) == ("stage_80_percent", at("03-05 14:48"))
    assert (warned.severity, warned.stage_id) == ("info", "tham-dinh")
    desk.until("03-06 08:01")
    assert desk.of("stage_late")[0].due_at == at("03-06 08:00")
    desk.hear(event("stage.finished", "03-06 09:00", stage_id="tham-dinh")).until("03-06 09:01")
    assert desk.says()[-1] == ("stage_late", "resolved", 0)


def test_a_stage_without_a_date_gets_a_share_of_the_dossiers_time_and_is_marked():
    started = event("stage.started", "03-04 08:00", stage_id="tham-dinh")
    desk = Desk("03-04 09:00").hear(RECEIVED, started).until("03-06 16:00")
    late = desk.of("stage_late")[0]
    # Monday 08:00 to Friday 16:00 is 38 working hours; half of them end on Wednesday at 11:00
    assert (late.due_at, late.computed) == (at("03-06 11:00"), True)


def test_a_stage_whose_end_nobody_tells_is_over_when_the_next_one_begins():
    desk = Desk("03-04 09:00").hear(
        RECEIVED,
        event("stage.started", "03-04 08:00", stage_id="a", stage_due_at="03-05 08:00"),
        event("stage.started", "03-04 15:00", stage_id="b", stage_due_at="03-08 08:00"),
    )
    assert desk.until("03-06 08:00").told == []


def test_a_dossier_resolved_and_not_synced_is_told_after_some_working_hours():
    desk = Desk("03-04 09:00").hear(RECEIVED, event("dossier.resolved", "03-06 16:00"))
    assert desk.until("03-07 15:59").told == []
    told = desk.until("03-07 16:00").told
    assert [(each.kind, each.change) for each in told] == [("resolved_not_synced", "raised")]
    late_sync = event("dossier.synced", "03-07 16:10", direction="to_portal", target_status=9, accepted=True)
    assert desk.hear(late_sync).until("03-07 16:11").says()[-1] == ("resolved_not_synced", "resolved", 0)


def test_what_was_synced_before_it_was_resolved_is_not_told():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED, event("dossier.resolved", "03-06 16:00"))
    assert desk.until("03-20 10:00").told == []


def test_a_dossier_handed_over_is_told_to_its_new_unit():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:10")
    moved = event("dossier.transferred", "03-08 16:20", from_unit="H44.100", to_unit="H44.200")
    desk.hear(moved).until("03-08 16:21")
    first, second = desk.of("dossier_late")
    assert first.alert_id == second.alert_id
    assert (second.change, second.unit_code, second.told_units) == ("raised", "H44.200", ("H44.200",))


def test_who_acknowledges_stops_the_ladder_and_it_still_resolves():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-08 16:10")
    desk.act("ack", desk.told[-1], "03-08 16:20").until("03-13 17:00")
    assert [(each.change, each.by) for each in desk.of("dossier_late")] == [
        ("raised", None),
        ("acknowledged", "van-phong"),
    ]
    desk.restart().hear(event("dossier.resolved", "03-14 09:00")).until("03-14 09:01")
    assert desk.says()[-1] == ("dossier_late", "resolved", 0)


def test_a_snooze_rests_until_its_end_and_then_catches_up_with_the_ladder():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:10")
    desk.act("snooze", desk.told[-1], "03-08 16:20", until="03-13 09:00").until("03-08 16:21").restart()
    assert desk.told[-1].until == at("03-13 09:00")
    desk.until("03-13 08:59")
    assert len(desk.of("dossier_late")) == 2
    desk.until("03-13 09:00")
    assert [(each.change, each.level) for each in desk.of("dossier_late")] == [
        ("raised", 0),
        ("snoozed", 0),
        ("raised", 0),
        ("escalated", 1),
    ]
    assert desk.told[-1].changed_at == at("03-13 09:00")


def test_the_end_of_a_snooze_before_its_time_raises_again():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:10")
    alert = desk.told[-1]
    desk.act("snooze", alert, "03-08 16:20", until="03-13 09:00").until("03-08 16:21")
    desk.act("unsnooze", alert, "03-08 16:30").until("03-08 16:31")
    assert [each.change for each in desk.of("dossier_late")] == ["raised", "snoozed", "raised"]


def test_an_action_on_an_alert_of_another_partition_changes_nothing():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:10")
    count = len(desk.told)
    stranger = replace(desk.told[-1], alert_id="f" * 32)
    assert len(desk.act("ack", stranger, "03-08 16:20").until("03-08 16:21").told) == count


def test_a_dossier_reopened_by_a_correction_is_late_again_under_the_same_id_with_the_next_number():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-08 16:10")
    desk.hear(event("dossier.resolved", "03-08 16:20")).until("03-08 16:21")
    desk.hear(event("dossier.corrected", "03-08 16:30", field="finished_at", old=None, new=None))
    desk.until("03-08 16:31")
    late = desk.of("dossier_late")
    assert [(each.change, each.seq) for each in late] == [("raised", 1), ("resolved", 2), ("raised", 3)]
    assert len({each.alert_id for each in late}) == 1


def test_nothing_rings_at_night_unless_it_is_critical():
    late_evening = received("03-04 08:00", "03-08 22:00")
    desk = Desk("03-04 09:00").hear(late_evening).until("03-08 22:01")
    late = desk.of("dossier_late")[0]
    assert (late.changed_at, late.ring_at) == (at("03-08 22:00"), at("03-11 07:00"))
    moved = event("dossier.rescheduled", "03-07 09:00", due_before="03-08 22:00", due_after="03-12 22:00")
    desk.hear(moved).until("03-12 22:01")
    again = desk.of("dossier_late_again")[0]
    assert again.ring_at == again.as_of == at("03-12 22:01")


def test_what_is_found_at_night_rings_in_the_morning_though_its_moment_was_in_working_hours():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 23:30")
    assert desk.of("dossier_late")[0].ring_at == at("03-11 07:00")


def test_history_told_again_is_silent():
    desk = (
        Desk("03-04 09:00", is_replay=True).hear(RECEIVED, SYNCED).until("03-08 16:10").until("03-14 10:00")
    )
    desk.hear(event("dossier.resolved", "03-14 11:00")).until("03-14 12:00")
    assert [each.change for each in desk.told] == ["raised", "escalated", "escalated", "resolved"]
    assert all(alert.silent for alert in desk.told)


def test_what_is_found_long_after_its_moment_is_silent_and_its_later_steps_are_not():
    desk = Desk("03-20 09:00", rules=AlertRules(horizon_hours=24, ladder=(8, 1000))).hear(RECEIVED)
    desk.until("03-20 09:01")
    assert {alert.silent for alert in desk.told} == {True}
    fresh = Desk("03-08 16:10", rules=AlertRules(horizon_hours=24)).hear(RECEIVED).until("03-08 16:20")
    fresh.until("03-11 16:30")
    assert [each.silent for each in fresh.of("dossier_late")] == [False, False]


@pytest.mark.parametrize(
    ("received_at", "due", "tomorrow", "today"),
    [
        # the day before Tết, and the first day after it
        ("2024-02-05 08:00", "2024-02-15 10:00", "2024-02-07 07:00", "2024-02-15 07:00"),
        # Monday 29 April 2024 is swapped with Saturday 4 May
        ("2024-04-24 08:00", "2024-05-04 10:00", "2024-05-03 07:00", "2024-05-04 07:00"),
        ("2024-04-24 08:00", "2024-04-29 10:00", "2024-04-25 07:00", "2024-04-26 07:00"),
        # a date on a Sunday, and one at midnight of a month's end
        ("2024-03-25 08:00", "2024-03-31 10:00", "2024-03-28 07:00", "2024-03-29 07:00"),
        ("2024-03-25 08:00", "2024-04-01 00:00", "2024-03-28 07:00", "2024-03-29 07:00"),
        ("2024-02-20 08:00", "2024-02-29 23:59", "2024-02-28 07:00", "2024-02-29 07:00"),
    ],
)
def test_the_last_working_day_and_the_one_before_it_are_found_over_holidays_and_month_ends(
    received_at, due, tomorrow, today
):
    desk = Desk(received_at).hear(received(received_at, due)).until(at(due) + 1)
    assert [(each.kind, each.changed_at) for each in desk.told if each.change == "raised"] == [
        ("dossier_late", at(due)),
    ]
    walked = (
        Desk(received_at).hear(received(received_at, due)).until(tomorrow).until(today).until(at(due) + 1)
    )
    assert [(each.kind, each.changed_at) for each in walked.told if each.change == "raised"] == [
        ("dossier_due_tomorrow", at(tomorrow)),
        ("dossier_due_today", at(today)),
        ("dossier_late", at(due)),
    ]


def test_the_ladder_waits_over_tet():
    desk = Desk("2024-02-05 08:00").hear(received("2024-02-05 08:00", "2024-02-07 16:00"))
    desk.until("2024-02-14 23:59")
    assert [each.level for each in desk.of("dossier_late")] == [0]
    desk.until("2024-02-15 16:00")
    assert [each.level for each in desk.of("dossier_late")] == [0, 1]


def test_midnight_ends_no_day_early():
    desk = Desk("03-04 09:00").hear(received("03-04 08:00", "03-08 00:00"))
    assert desk.until("03-08 00:00").of("dossier_late") == []
    assert len(desk.until(at("03-08 00:00") + 1).of("dossier_late")) == 1


def test_a_dossier_due_on_the_day_it_came_warns_when_half_its_time_is_used():
    desk = Desk("03-04 08:00").hear(received("03-04 08:00", "03-04 11:00"))
    assert desk.until("03-04 09:29").told == []
    assert desk.until("03-04 09:30").kinds() == ["dossier_due_today"]


def test_a_new_owner_sends_again_what_its_predecessor_stored_and_did_not_send():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 08:00")
    desk.partition.advance(at("03-08 16:01"))
    desk.partition.flush()
    desk.states.update(desk.book.take().stored)  # and the worker is killed here
    desk.restart().until("03-08 16:02")
    assert [each.seq for each in desk.of("dossier_late")] == [1]
    desk.restart().until("03-08 16:03")
    assert [each.seq for each in desk.of("dossier_late")] == [1]


def test_what_was_sent_and_not_noted_is_sent_again_byte_for_byte():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 08:00")
    desk.partition.advance(at("03-08 16:01"))
    desk.partition.flush()
    telling = desk.book.take()
    desk.states.update(telling.stored)
    sent = telling.records
    desk.restart()
    desk.partition.flush()
    assert desk.book.take().records == sent


def test_alerts_told_before_a_crash_wait_until_the_events_they_knew_are_read_again():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 16:10")
    told = {key: raw for key, raw in desk.states.items() if key.startswith("a:")}
    count = len(desk.told)
    crashed = Desk("03-08 16:10")
    crashed.states.update(told)
    crashed.restart().until("03-08 16:11")
    assert crashed.told == []
    crashed.hear(RECEIVED).until("03-08 16:12")
    assert crashed.told == []
    assert count == len(desk.until("03-08 16:12").told)
