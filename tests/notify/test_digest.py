"""The morning digest: each dossier once, in its gravest list, readable as text and as a page."""

from datetime import date, datetime
from html.parser import HTMLParser

import pytest

from streams.core.calendar import WorkingCalendar
from streams.core.periods import LOCAL, moment
from streams.errors import UserError
from streams.notify.digest import OpenAlert, make_digest
from streams.notify.digest_clock import DigestClock
from streams.notify.digest_pages import digest_letter
from streams.notify.digest_words import MOST_LINES, Naming
from streams.notify.routing_model import Digest, DigestRoute

UNIT = "H09.50"
NAMES = Naming(
    {UNIT: "Thành phố Thuận An", "H09.50.01": "Phường Lái Thiêu"}.get,
    {"1.001": "Cấp giấy phép <xây dựng>"}.get,
)
CALENDAR = WorkingCalendar(off=[date(2026, 10, 19)])


def at(day, hour=7, minute=30):
    """A moment of October 2026, local time."""
    return moment(datetime(2026, 10, day, hour, minute, tzinfo=LOCAL))


AS_OF = at(21)


def opened(kind, number, due, unit=UNIT, stage="", petition=""):
    """An open alert."""
    dossier = "" if petition else f"D{number:04}"
    return OpenAlert(kind, unit, dossier, petition, "1.001", stage, due)


def made(*alerts):
    """The digest of Thuận An on the morning of Wednesday 21 October."""
    return make_digest(UNIT, alerts, AS_OF, CALENDAR)


def codes(items):
    """Codes of a list, in its order."""
    return [item.code for item in items]


def test_a_dossier_stands_in_its_gravest_list_alone():
    digest = made(
        opened("dossier_late", 1, at(20, 17)),
        opened("dossier_due_today", 1, at(20, 17)),
        opened("dossier_due_today", 2, at(21, 17)),
        opened("dossier_due_tomorrow", 3, at(22, 11)),
        opened("dossier_due_tomorrow", 4, at(21, 16)),
    )
    assert codes(digest.late) == ["D0001"]
    assert codes(digest.due_today) == ["D0004", "D0002"]
    assert codes(digest.due_next) == ["D0003"]


def test_days_late_are_working_days_and_the_longest_late_comes_first():
    digest = made(opened("dossier_late", 1, at(20, 17)), opened("dossier_late", 2, at(16, 17)))
    assert [(item.code, item.days_late) for item in digest.late] == [("D0002", 2), ("D0001", 1)]


def test_what_was_due_before_this_morning_is_late_though_nobody_has_said_so_yet():
    assert codes(made(opened("dossier_due_today", 1, at(21, 7, 0))).late) == ["D0001"]


def test_stages_are_counted_by_dossier_and_a_late_one_is_no_longer_soon():
    digest = made(
        opened("stage_80_percent", 1, at(22), stage="tham-dinh"),
        opened("stage_80_percent", 2, at(20), stage="tham-dinh"),
        opened("stage_late", 2, at(20), stage="tham-dinh"),
        opened("stage_late", 3, at(20), stage="ky"),
    )
    assert [tuple(count) for count in digest.stages] == [("ky", 0, 1), ("tham-dinh", 1, 1)]


def test_petitions_missing_papers_and_what_was_not_synced_have_their_own_lists():
    digest = made(
        opened("petition_due", 1, at(22), petition="P1"),
        opened("petition_late", 1, at(20), petition="P2"),
        opened("supplement_unanswered", 5, at(20)),
        opened("resolved_not_synced", 6, at(20)),
    )
    assert codes(digest.petitions_due) == ["P1"]
    assert codes(digest.petitions_late) == ["P2"]
    assert codes(digest.unanswered) == ["D0005"]
    assert codes(digest.not_synced) == ["D0006"]


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self._skip = [], False

    def handle_starttag(self, tag, _):
        self._skip = tag == "style"

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)


def test_text_and_page_say_the_same_in_vietnamese_and_names_stand_for_codes():
    letter = digest_letter(
        made(opened("dossier_late", 1, at(20, 17)), opened("dossier_due_today", 2, at(21, 17), "H09.50.01")),
        NAMES,
    )
    assert letter.key == "digest:H09.50:2026-10-21"
    assert letter.title == "Bản tin sáng 21/10/2026: Thành phố Thuận An"
    assert letter.text.startswith("1 hồ sơ trễ hạn, 1 đến hạn hôm nay, 0 đến hạn ngày làm việc tới.")
    assert "• D0001: thủ tục Cấp giấy phép <xây dựng>; hạn 17:30 20/10/2026; trễ 1 ngày" in letter.text
    assert "đơn vị Phường Lái Thiêu" in letter.text
    page = _Words()
    page.feed(letter.html)
    words = " ".join(page.words)
    for said in (
        "Trễ hạn (1)",
        "Đến hạn hôm nay (1)",
        "Cấp giấy phép <xây dựng>",
        "Phường Lái Thiêu",
        "1 ngày",
    ):
        assert said in words
    assert "<xây" not in letter.html


def test_a_quiet_morning_says_so():
    letter = digest_letter(made(), NAMES)
    assert "Không có hồ sơ nào trễ hạn hoặc sắp đến hạn." in letter.text
    assert "Không có hồ sơ nào" in letter.html


def test_of_a_flood_the_first_are_written_out_and_the_others_counted():
    letter = digest_letter(made(*(opened("dossier_late", n, at(20, 17)) for n in range(3000))), NAMES)
    assert letter.text.count("•") == MOST_LINES
    assert f"… và {3000 - MOST_LINES} hồ sơ khác" in letter.text
    assert letter.text.startswith("3000 hồ sơ trễ hạn")


class Names:
    """Names and working days without a broker."""

    unit = staticmethod(lambda code: code)
    procedure = staticmethod(lambda code: code)
    calendar = staticmethod(lambda: CALENDAR)


@pytest.fixture
def morning():
    """A clock in hand, and what it made owed."""

    class Morning:
        now = AS_OF
        owed: list = []  # noqa: RUF012 - one for each test, the class is made anew
        down = False

        def read(self, _):
            if self.down:
                raise UserError("ClickHouse does not answer")
            return {UNIT: [opened("dossier_late", 1, at(20, 17))], "H09.50.01": [], "H10": []}

        def clock(self):
            routes = [
                DigestRoute(units=["H09.50", "H09.99"], channels=["mail"]),
                DigestRoute(units=["H09.50*"], channels=["zalo", "mail"]),
            ]
            described = Digest(at="07:30", routes=routes)
            note = lambda letter, channels: self.owed.append((letter.key, channels))  # noqa: E731
            return DigestClock(described, self.read, Names(), note, lambda: self.now)

    return Morning()


def test_digests_are_made_once_in_the_morning_for_named_units_and_for_those_that_have_something(morning):
    clock = morning.clock()
    morning.now = AS_OF - 1
    clock.look()
    assert morning.owed == []
    morning.now = AS_OF
    clock.look()
    clock.look()
    assert morning.owed == [
        ("digest:H09.50:2026-10-21", ["mail", "zalo"]),
        ("digest:H09.50.01:2026-10-21", ["zalo", "mail"]),
        ("digest:H09.99:2026-10-21", ["mail"]),
    ]


@pytest.mark.parametrize("day", [17, 18, 19])
def test_no_digest_is_made_on_a_day_off(morning, day):
    morning.now = at(day)
    morning.clock().look()
    assert morning.owed == []


def test_a_morning_that_was_missed_is_made_up_for_until_the_afternoon_ends(morning):
    clock = morning.clock()
    morning.down = True
    with pytest.raises(UserError):
        clock.look()
    morning.down = False
    morning.now = at(21, 9)
    clock.look()
    assert len(morning.owed) == 3
    evening = morning.clock()
    morning.now, morning.owed = at(22, 17), []
    evening.look()
    assert morning.owed == []
