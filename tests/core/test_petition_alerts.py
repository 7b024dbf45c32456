"""Alerts of petitions: the limits of 2, 5, 15 and 2 working days."""

from tests.core.alerting import Desk
from tests.core.building import at, event

LODGED = event("petition.lodged", "03-04 08:00", petition_class="staff", direct=True)


def raised(desk):
    return [(each.kind, each.subject, each.due_at) for each in desk.told if each.change == "raised"]


def walk(desk, *moments):
    for moment in moments:
        desk.until(moment)
    return desk


def test_a_petition_nobody_takes_warns_before_each_limit_and_is_late_after_fifteen_working_days():
    desk = walk(
        Desk("03-04 08:00").hear(LODGED), "03-05 07:00", "03-08 07:00", "03-22 07:00", at("03-25 08:00") + 1
    )
    assert raised(desk) == [
        ("petition_due", "refuse", at("03-06 08:00")),
        ("petition_due", "ask", at("03-11 08:00")),
        ("petition_due", "answer", at("03-25 08:00")),
        ("petition_late", "answer", at("03-25 08:00")),
    ]


def test_a_petition_that_was_taken_is_only_to_be_answered():
    desk = Desk("03-04 08:00").hear(LODGED, event("petition.received", "03-04 09:00"))
    walk(desk, "03-05 07:00", "03-08 07:00", "03-22 07:00")
    assert raised(desk) == [("petition_due", "answer", at("03-25 08:00"))]


def test_an_answer_is_to_be_published_within_two_working_days():
    desk = Desk("03-04 08:00").hear(LODGED, event("petition.received", "03-04 09:00"))
    desk.hear(event("petition.answered", "03-07 10:00")).until("03-08 07:00")
    assert raised(desk) == [("petition_due", "publish", at("03-11 10:00"))]
    desk.until("03-11 10:01")
    assert raised(desk)[1:] == [("petition_late", "publish", at("03-11 10:00"))]
    desk.hear(event("petition.published", "03-11 11:00")).until("03-11 11:01")
    assert desk.told[-1].change == "resolved"
    assert desk.book.open_alerts == 0


def test_a_refused_petition_is_at_rest():
    desk = Desk("03-04 08:00").hear(LODGED).until("03-05 08:00")
    desk.hear(event("petition.refused", "03-05 09:00")).until("03-29 09:00")
    assert [(each.subject, each.change) for each in desk.told] == [
        ("refuse", "raised"),
        ("refuse", "resolved"),
    ]


def test_the_alert_of_a_petition_carries_its_code():
    told = Desk("03-04 08:00").hear(LODGED).until("03-05 08:00").told[0]
    assert (told.petition_code, told.dossier_code) == ("PAKN-0001", None)
    assert told.unit_code == "H44.100"
