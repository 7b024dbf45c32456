"""What is owed, what people need not hear any more, and that a channel's trouble is its own."""

import threading
from contextlib import closing

import pytest

from schemas.alert_wire import decode_alert
from streams.errors import UserError
from streams.notify.courier import Desk
from streams.notify.couriers import HOUR_MS, IDLE_SECONDS, AsState, ForPeople, OneByOne
from streams.notify.database import Database
from streams.notify.ledger import Ledger, TopicRecord
from streams.notify.notice import ChannelDownError, RefusedError
from streams.notify.outbox import Outbox
from streams.notify.pump import Pump
from streams.notify.routing_file import parse_routing
from tests.notify.alerts import DAY, NINE, raw

ROUTING = parse_routing(
    """\
version: 1
channels:
  mail: {type: apprise, url: {env: MAIL_URL}}
  hook: {type: webhook, url: "http://127.0.0.1:1", secret: {env: HOOK}}
routes:
  - levels: [0]
    channels: [mail]
  - channels: [hook]
""",
    "r.yaml",
)


class Remembering:
    """A channel that keeps what it is told; `trouble` is raised instead."""

    def __init__(self):
        self.told, self.trouble = [], None

    def tell(self, notices):
        if self.trouble:
            raise self.trouble
        self.told.append([(notice.alert.change, int(notice.alert.alert_id, 16)) for notice in notices])

    def send_letter(self, letter):
        self.told.append(letter)

    def close(self):
        pass


class Office:
    """One installation's state, with its clock in hand."""

    def __init__(self, path):
        self.path = path
        self.now = NINE
        self.open()

    def open(self):
        self.database = Database(self.path)
        self.connection = self.database.connect()
        self.ledger = Ledger(self.connection, "alerts", 1, ROUTING)
        self.offset = self.ledger.positions().get(0, 0)

    def close(self):
        self.connection.close()
        self.database.close()

    def hear(self, *records):
        """Take records from the topic; return those that were new."""
        taken = []
        for value in records:
            taken.append(TopicRecord(0, self.offset, value, self.now, decode_alert(value)))
            self.offset += 1
        return self.ledger.take(taken)

    def desk(self, name, channel, *, waits=False):
        outbox = Outbox(self.connection, name, waits=waits)
        return Desk(name, outbox, channel, lambda code: code, lambda: self.now)

    def people(self, channel, group_seconds=0.0, messages_per_hour=100):
        desk = self.desk("mail", channel, waits=True)
        return ForPeople(desk, group_seconds=group_seconds, messages_per_hour=messages_per_hour)


@pytest.fixture
def office(tmp_path):
    """An empty state."""
    with closing(Office(tmp_path / "notify.sqlite")) as made:
        yield made


@pytest.fixture
def channel():
    """A channel that remembers."""
    return Remembering()


def test_a_record_is_told_once_however_often_it_is_read(office, channel):
    assert len(office.hear(raw(1), raw(1))) == 1
    hook = OneByOne(office.desk("hook", channel))
    hook.step()
    office.hear(raw(1))
    hook.step()
    assert channel.told == [[("raised", 1)]]


def test_history_is_noted_and_never_told_nor_is_its_end(office, channel):
    office.hear(raw(1, silent=True), raw(1, seq=2, change="resolved"))
    OneByOne(office.desk("hook", channel)).step()
    office.people(channel).step()
    assert channel.told == []


def test_what_ends_before_people_hear_of_it_they_never_hear_of(office, channel):
    office.hear(raw(1), raw(2), raw(1, seq=2, change="resolved"))
    office.people(channel).step()
    assert channel.told == [[("raised", 2)]]
    office.hear(raw(2, seq=2, change="resolved"))
    office.people(channel).step()
    assert channel.told[1:] == [[("resolved", 2)]]


def test_a_program_hears_every_change_in_order_and_the_end_goes_where_the_beginning_went(office, channel):
    office.hear(
        raw(1), raw(1, seq=2, change="escalated", level=1), raw(1, seq=3, change="acknowledged", by="a")
    )
    office.hear(raw(1, seq=4, change="resolved", level=1))
    OneByOne(office.desk("hook", channel)).step()
    assert [change for ((change, _),) in channel.told] == ["raised", "escalated", "acknowledged", "resolved"]
    owed = office.connection.execute("SELECT change FROM notices WHERE channel = 'mail' ORDER BY number")
    assert [change for (change,) in owed] == ["raised", "acknowledged", "resolved"]


def test_what_somebody_has_taken_on_rings_no_more(office, channel):
    office.hear(raw(1), raw(1, seq=2, change="acknowledged", by="van-phong"))
    office.people(channel).step()
    assert channel.told == []


def test_a_snoozed_alert_rings_when_the_snooze_is_over(office, channel):
    office.hear(raw(1), raw(1, seq=2, change="snoozed", by="van-phong", until=NINE + HOUR_MS))
    people = office.people(channel)
    people.step()
    assert channel.told == []
    office.now += HOUR_MS
    people.step()
    assert channel.told == [[("raised", 1)]]


def test_at_night_people_are_left_alone_until_the_record_says_ring_and_programs_are_not(office, channel):
    office.hear(raw(1, ring_at=NINE + 15 * HOUR_MS))
    people = office.people(channel)
    people.step()
    assert channel.told == []
    OneByOne(office.desk("hook", channel)).step()
    assert channel.told == [[("raised", 1)]]
    office.now += 15 * HOUR_MS
    people.step()
    assert len(channel.told) == 2


def test_what_comes_within_a_minute_is_one_message_and_an_hour_holds_so_many_messages(office, channel):
    people = office.people(channel, group_seconds=60.0, messages_per_hour=2)
    for number in range(1, 5):
        office.hear(raw(2 * number), raw(2 * number + 1))
        assert people.step() > 0
        office.now += 60_000
        people.step()
    assert channel.told == [[("raised", 2), ("raised", 3)], [("raised", 4), ("raised", 5)]]
    assert people.step() <= IDLE_SECONDS
    office.now += HOUR_MS
    people.step()
    assert channel.told[2:] == [[("raised", 6), ("raised", 7), ("raised", 8), ("raised", 9)]]


def test_a_hundred_thousand_alerts_are_few_messages(office, channel):
    for first in range(0, 100_000, 2000):
        office.hear(*(raw(number) for number in range(first, first + 2000)))
    people = office.people(channel)
    while people.step() == 0:
        pass
    assert sum(len(message) for message in channel.told) == 100_000
    assert len(channel.told) == 5


def test_a_channel_that_is_down_keeps_everything_owed_and_another_process_tells_it(office, channel):
    office.hear(raw(1), raw(2))
    channel.trouble = ChannelDownError("HTTP 500")
    hook = OneByOne(office.desk("hook", channel))
    with pytest.raises(ChannelDownError):
        hook.step()
    assert office.ledger.settled_positions() == {0: 0}
    office.close()
    office.open()
    channel.trouble = None
    OneByOne(office.desk("hook", channel)).step()
    office.people(channel).step()
    assert [key for message in channel.told for _, key in message] == [1, 2, 1, 2]
    assert office.ledger.settled_positions() == {0: 2}


def test_what_a_receiver_refuses_for_good_does_not_hold_up_the_rest(office, channel, logged_errors):
    office.hear(raw(1))
    channel.trouble = RefusedError("HTTP 422")
    hook = OneByOne(office.desk("hook", channel))
    hook.step()
    channel.trouble = None
    office.hear(raw(2))
    hook.step()
    assert channel.told == [[("raised", 2)]]
    assert any("refused for good" in line for line in logged_errors)
    logged_errors.clear()


def test_an_alertmanager_hears_the_newest_state_and_again_all_that_is_open(office, channel):
    office.hear(raw(1), raw(2), raw(2, seq=2, change="resolved"))
    manager = AsState(office.desk("hook", channel), resend_seconds=300.0)
    assert manager.step() == 0
    manager.step()
    assert channel.told == [[("raised", 1), ("resolved", 2)], [("raised", 1)]]
    office.now += 299_000
    manager.step()
    assert len(channel.told) == 2
    office.now += 1000
    manager.step()
    assert channel.told[2:] == [[("raised", 1)]]


def test_two_processes_do_not_share_a_state(office):
    with pytest.raises(UserError, match="one is enough"):
        Database(office.path)


def test_what_was_settled_is_forgotten_after_as_long_as_the_topic_holds_it(office, channel):
    office.hear(raw(1), raw(2))
    hook = OneByOne(office.desk("hook", channel))
    hook.step()
    office.ledger.forget(NINE + 399 * DAY)
    assert office.connection.execute("SELECT count(*) FROM notices").fetchone() == (4,)
    office.ledger.forget(NINE + 401 * DAY)
    left = office.connection.execute("SELECT DISTINCT channel FROM notices").fetchall()
    assert left == [("mail",)]


def test_a_channel_that_breaks_is_tried_again_with_longer_pauses_and_stops_at_once(office, logged_errors):
    office.hear(raw(1))
    came, may_go = threading.Event(), threading.Event()

    class Breaking(Remembering):
        def tell(self, _):
            came.set()
            may_go.wait(60)
            raise OSError("broken")

    def hire():
        connection = office.database.connect()
        outbox = Outbox(connection, "hook", waits=False)
        return OneByOne(Desk("hook", outbox, Breaking(), str, lambda: NINE))

    pump = Pump("hook", hire, longest_pause=300.0)
    pump.start()
    assert came.wait(60)
    pump.stop(0)
    assert pump.is_alive()
    may_go.set()
    pump.stop(60)
    assert not pump.is_alive()
    assert Outbox(office.connection, "hook", waits=False).backlog() == 1
    assert any("channel failed" in line for line in logged_errors)
    logged_errors.clear()
