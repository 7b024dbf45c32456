"""Alerts of units and sources on a clock that the test moves: what raises one, what ends it, what is told once."""

from streams.core.alert_rules import UnitRules
from streams.core.alert_units import Cause, Standing, UnitLook, source_causes, unit_causes
from streams.core.periods import day_start, local_day
from tests.core.alerting import PROVINCE, REFERENCE, Desk
from tests.core.building import at

UNIT = "H44.100"
RULES = UnitRules()
GOOD = Standing(UNIT, 2, 9150, 0, {"CKMB": 1700, "TDGQ": 1900}, 40, 9500, 0)


def causes(now: Standing, before: Standing | None = GOOD, day: str = "03-05") -> list[Cause]:
    held = {} if before is None else {UNIT: before}
    return list(unit_causes({UNIT: now}, held, "2024-03", at(f"{day} 00:00"), RULES))


def kinds(now: Standing, before: Standing | None = GOOD) -> list[str]:
    return [cause.window.kind for cause in causes(now, before)]


class Watched(Desk):
    """A desk with a look at the unit (None: too few dossiers) or at sources every time."""

    def see(self, moment: str, standing: Standing | None, before: Standing | None = GOOD) -> "Watched":
        day = day_start(local_day(at(moment)))
        found = () if standing is None else tuple(causes(standing, before, moment[:5]))
        units = frozenset() if standing is None else frozenset({UNIT})
        self.book.put_look(UnitLook(day, f"2024-{moment[:2]}", units, frozenset(), found))
        self.until(moment)
        return self

    def listen(self, moment: str, last: dict[str, str], known: set[str] | None = None) -> "Watched":
        heard = {source: at(text) for source, text in last.items()}
        found = tuple(source_causes(heard, at(moment), PROVINCE, REFERENCE.calendar, RULES))
        sources = frozenset(heard if known is None else known)
        day = day_start(local_day(at(moment)))
        self.book.put_look(UnitLook(day, "2024-03", frozenset(), sources, found))
        self.until(moment)
        return self

    def heard(self) -> list[tuple[str, str]]:
        return [(alert.kind, alert.change) for alert in self.told if not alert.silent]


LOW = GOOD._replace(ratio=8999)


def test_a_share_on_time_under_the_threshold_is_low_and_at_the_threshold_it_is_not():
    assert kinds(LOW) == ["on_time_low"]
    assert kinds(GOOD._replace(ratio=9000)) == []
    assert kinds(GOOD._replace(ratio=None)) == []


def test_a_group_falls_by_more_than_the_points_allowed():
    assert kinds(GOOD._replace(groups={"CKMB": 1600, "TDGQ": 1900})) == []
    (cause,) = causes(GOOD._replace(groups={"CKMB": 1599, "TDGQ": 1900}))
    assert (cause.window.kind, cause.window.subject) == ("group_fell", "CKMB")
    assert cause.figures == {"points": 1599, "points_before": 1700, "fell": 101}
    assert kinds(GOOD._replace(groups={"NEW": 1})) == [], "what was not there yesterday cannot fall"


def test_a_grade_is_lost_and_a_rank_falls_by_places():
    assert kinds(GOOD._replace(grade=1, total=8999)) == ["grade_lost"]
    assert kinds(GOOD._replace(rank=4)) == []
    assert kinds(GOOD._replace(rank=5)) == ["rank_fell"]
    assert kinds(GOOD._replace(rank=None, grade=None, total=None)) == []
    assert kinds(GOOD, GOOD._replace(rank=9, grade=4)) == [], "rising is no alarm"


def test_nothing_falls_without_a_yesterday_and_units_with_few_dossiers_are_left_alone():
    fallen = GOOD._replace(ratio=0, rank=9, grade=3, groups={"CKMB": 0})
    assert kinds(fallen, None) == ["on_time_low"]
    assert kinds(fallen._replace(resolved=19)) == []


def test_a_source_is_silent_after_working_hours_and_a_night_or_a_weekend_is_none():
    def silent(last: str, now: str) -> list[Cause]:
        return list(source_causes({"one-stop": at(last)}, at(now), PROVINCE, REFERENCE.calendar, RULES))

    assert silent("03-08 16:00", "03-11 09:59") == [], "one hour on Friday and three on Monday"
    (cause,) = silent("03-08 16:00", "03-11 10:00")
    assert (cause.unit, cause.window.subject) == (PROVINCE, "one-stop")
    assert (cause.window.due, cause.window.since) == (at("03-08 16:00"), at("03-11 10:00"))
    assert cause.figures == {"minutes_silent": 240}


def test_an_alert_of_a_unit_is_raised_once_and_resolves_itself_with_the_figures_it_told():
    desk = Watched("03-05 08:00").see("03-05 09:00", LOW._replace(as_of=at("03-05 08:55")))
    desk.see("03-05 09:01", LOW).restart().see("03-05 09:02", LOW)
    assert desk.heard() == [("on_time_low", "raised")]
    (raised,) = desk.told
    assert (raised.changed_at, raised.as_of) == (at("03-05 08:55"), at("03-05 09:00"))
    assert (raised.unit_code, raised.told_units, raised.subject) == (UNIT, (UNIT,), "2024-03")
    desk.see("03-05 10:00", GOOD)
    assert desk.heard()[1:] == [("on_time_low", "resolved")]
    assert desk.told[1].figures == raised.figures == {"ratio": 8999, "threshold": 9000}
    assert desk.told[1].alert_id == raised.alert_id


def test_flapping_around_the_threshold_is_told_once_a_day_and_again_on_another_day():
    desk = Watched("03-05 08:00")
    for minute in range(10, 50):
        desk.see(f"03-05 09:{minute}", LOW if minute % 2 else GOOD)
    assert desk.heard() == [("on_time_low", "raised"), ("on_time_low", "resolved")]
    desk.restart().see("03-06 09:00", LOW)
    assert desk.heard()[2:] == [("on_time_low", "raised")]
    assert len({alert.alert_id for alert in desk.told}) == 2


def test_a_share_that_stays_low_is_one_alert_and_ends_without_a_word_with_its_period():
    desk = Watched("03-05 08:00")
    for day in range(10, 32):
        desk.see(f"03-{day} 09:00", LOW)
    desk.see("04-01 00:01", GOOD)
    assert desk.heard() == [("on_time_low", "raised")]
    assert [(alert.change, alert.silent) for alert in desk.told] == [("raised", False), ("resolved", True)]


def test_a_fall_is_over_with_its_day_and_the_next_day_may_bring_another():
    fallen = GOOD._replace(rank=6)
    desk = Watched("03-05 08:00").see("03-05 09:00", fallen).see("03-06 00:01", fallen, fallen)
    assert desk.heard() == [("rank_fell", "raised")]
    assert desk.told[-1].change == "resolved"
    desk.see("03-06 10:00", fallen._replace(rank=9), fallen)
    assert desk.heard()[1:] == [("rank_fell", "raised")]


def test_a_fall_on_the_day_after_a_fall_is_an_alert_of_its_own():
    desk = Watched("03-05 08:00").see("03-05 09:00", GOOD._replace(rank=6))
    desk.see("03-06 09:00", GOOD._replace(rank=12), GOOD._replace(rank=6))
    assert desk.heard() == [("rank_fell", "raised"), ("rank_fell", "raised")]
    assert len({alert.alert_id for alert in desk.told}) == 2


def test_a_unit_with_too_few_dossiers_by_now_ends_without_a_word():
    desk = Watched("03-05 08:00").see("03-05 09:00", LOW).see("03-05 09:01", None)
    assert desk.heard() == [("on_time_low", "raised")]
    assert desk.told[-1].change == "resolved"


def test_a_silent_source_that_speaks_resolves_and_one_that_cannot_be_judged_stays_as_it_is():
    desk = Watched("03-05 08:00").listen("03-05 14:00", {"one-stop": "03-05 08:00"})
    assert desk.heard() == [("source_silent", "raised")]
    assert desk.told[0].unit_code == PROVINCE
    desk.listen("03-05 14:01", {}, set()).restart()
    assert desk.heard()[1:] == []
    desk.listen("03-05 14:30", {"one-stop": "03-05 14:25"})
    assert desk.heard()[1:] == [("source_silent", "resolved")]
    desk.listen("03-06 14:30", {"one-stop": "03-05 14:25"})
    assert desk.heard()[2:] == [("source_silent", "raised")]


def test_who_acknowledges_an_alert_of_a_unit_is_heard_at_the_next_look():
    desk = Watched("03-05 08:00").see("03-05 09:00", LOW)
    desk.act("ack", desk.told[0], "03-05 09:05").until("03-05 09:06")
    assert desk.heard()[1:] == [("on_time_low", "acknowledged")]
    desk.restart().see("03-05 09:30", LOW)
    assert len(desk.told) == 2


def test_what_a_predecessor_stored_and_did_not_send_is_sent_byte_for_byte():
    desk = Watched("03-05 08:00")
    day = at("03-05 00:00")
    desk.book.put_look(UnitLook(day, "2024-03", frozenset({UNIT}), frozenset(), tuple(causes(LOW))))
    desk.partition.advance(at("03-05 09:00"))
    desk.partition.flush()
    telling = desk.book.take()
    desk.states.update(telling.stored)
    desk.restart().see("03-05 09:01", LOW)
    assert desk.told == telling.alerts


def test_in_a_replay_nothing_is_said_aloud():
    desk = Watched("03-05 08:00", is_replay=True).see("03-05 09:00", LOW).see("03-05 10:00", GOOD)
    assert [alert.change for alert in desk.told] == ["raised", "resolved"]
    assert desk.heard() == []
