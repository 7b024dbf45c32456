"""While events are unread that a worker had better know, it judges no alert; then it judges each dossier once."""

from streams.core.alert_book import MOST_LOOKS
from tests.core.alerting import Desk
from tests.core.building import DOSSIER, at, event, received

RECEIVED = received("03-04 08:00", "03-08 16:00")
SYNCED = event("dossier.synced", "03-04 08:05", direction="to_portal", target_status=2, accepted=True)
RESOLVED = event("dossier.resolved", "03-08 15:00")


def test_a_dossier_resolved_in_time_by_an_event_that_is_still_unread_is_never_called_late():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-11 09:00", is_behind=True)
    assert desk.told == []
    assert desk.hear(RESOLVED).until("03-11 09:01").told == []


def test_what_is_late_is_told_once_the_backlog_is_read_with_the_moment_it_became_late():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-11 09:00", is_behind=True)
    desk.until("03-11 09:01", is_behind=True).until("03-11 09:02").until("03-11 09:03")
    assert desk.kinds() == ["dossier_late"]
    assert desk.told[0].raised_at == at("03-08 16:00")
    assert desk.told[0].as_of == at("03-11 09:02")


def test_an_alert_that_is_open_ends_only_when_the_backlog_is_read():
    desk = Desk("03-04 09:00").hear(RECEIVED, SYNCED).until("03-08 16:01")
    desk.hear(RESOLVED).until("03-11 09:00", is_behind=True)
    assert [alert.change for alert in desk.told] == ["raised"]
    assert desk.until("03-11 09:01").says()[-1] == ("dossier_late", "resolved", 0)


def test_a_deadline_that_passes_behind_a_backlog_is_not_forgotten():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-08 15:59")
    desk.until("03-08 16:01", is_behind=True).until("03-08 16:02", is_behind=True)
    assert "dossier_late" not in desk.kinds()
    assert desk.until("03-08 16:03").kinds()[-1] == "dossier_late"


def test_a_restart_behind_a_backlog_forgets_nothing_either():
    desk = Desk("03-04 09:00").hear(RECEIVED).until("03-11 09:00", is_behind=True).restart()
    assert desk.until("03-11 09:01").kinds() == ["dossier_late"]


def test_more_dossiers_than_are_looked_at_in_one_go_are_all_told_in_the_next():
    count = MOST_LOOKS + 100
    desk = Desk("03-04 09:00")
    for number in range(count):
        desk.hear(received("03-04 08:00", "03-08 16:00", dossier_code=f"{DOSSIER}-{number}"))
    desk.until("03-11 09:00", is_behind=True).until("03-11 09:01")
    assert len(desk.told) == MOST_LOOKS
    desk.until("03-11 09:02")
    assert len({alert.dossier_code for alert in desk.told}) == len(desk.told) == count
