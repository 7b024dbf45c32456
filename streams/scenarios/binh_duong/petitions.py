"""Petitions (phản ánh, kiến nghị): answered in time or late, disliked, refused, about a dossier.

A petition lives within its period: a period's figures are the sum of its cohorts'. Times are epoch seconds.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.catalogue import PetitionTarget
from streams.scenarios.binh_duong.life import Life, Window, window
from streams.scenarios.binh_duong.native import PORTAL, Told, made
from streams.scenarios.binh_duong.plan import SILENT_COMMUNE
from streams.scenarios.binh_duong.workdays import (
    HOUR,
    MINUTE,
    add_days,
    day_number,
    instant,
    office_clock,
    on_day,
)

LATE_ANSWER = 17
"""Working days after which a late answer comes; the limit is 15."""
ABOUT_A_DOSSIER = 6
"""Cohorts with at least so many petitions have one that complains about a dossier."""
RAISED_AGAIN = 28
"""Cohorts with at least so many petitions have one that is raised again by another."""
CLASSES = ("rule", "staff", "other")


def petition_events(target: PetitionTarget, lives: list[Life], rng: Random) -> Iterator[Told]:
    """Every event of a cohort's petitions. One of them may take the place of a dislike among `lives`."""
    where = window(target.cohort)
    late = target.accepted - target.on_time
    disliked = target.on_time - target.satisfied
    about = _complained_about(lives, where) if target.accepted >= ABOUT_A_DOSSIER else None
    again = _Teller(target, target.accepted, rng) if disliked and target.accepted >= RAISED_AGAIN else None
    for number in range(target.accepted - (again is not None)):
        teller = _Teller(target, number + 1, rng)
        if number < late:
            yield from _late(teller, where)
        elif number == late and again is not None:
            yield from _raised_again(teller, again, where)
        elif number < late + disliked:
            yield from _on_time(teller, where, likes=1, dislikes=3)
        elif about is not None:
            yield from _about(teller, about)
            about = None
        else:
            yield from _on_time(teller, where, likes=rng.randrange(4), dislikes=0)
    for number in range(target.refused):
        yield from _refused(_Teller(target, target.accepted + number + 1, rng), where)


class _Teller:
    """Makes the events of one petition."""

    def __init__(self, target: PetitionTarget, number: int, rng: Random) -> None:
        units = [unit for unit in catalogue.communes(target.unit) if unit != SILENT_COMMUNE]
        self.rng = rng
        self.code = f"PA-{target.unit}-{target.cohort}-{number:03d}"
        self.unit = rng.choice([target.unit, target.unit, *units])
        self.dossier: str | None = None
        self.count = 0

    def say(self, kind: str, at: int, **fields: Any) -> Told:
        """One event at a time."""
        self.count += 1
        reached = at + self.rng.randrange(2, 20)
        envelope = {
            "v": 1,
            "event_id": f"{self.code}:{self.count}",
            "type": kind,
            "source": PORTAL,
            "source_seq": self.count,
            "unit_code": self.unit,
            "occurred_at": instant(at),
            "recorded_at": instant(reached),
            "petition_code": self.code,
            "dossier_code": self.dossier,
        }
        return reached, made(kind, envelope | fields)


def _opening(teller: _Teller, sent: int) -> Iterator[Told]:
    """Lodged with the unit, or passed on by the Government Office within the hour; taken up soon after."""
    rng = teller.rng
    direct = rng.random() < 0.6
    yield teller.say(
        "petition.lodged",
        sent,
        petition_class=rng.choice(CLASSES),
        sent_at=instant(sent),
        direct=direct,
    )
    passed_on = sent + rng.randrange(5, 55) * MINUTE
    if not direct:
        yield teller.say(
            "petition.transferred",
            passed_on,
            to_unit=teller.unit,
            transferred_at=instant(passed_on),
            by_agency=True,
        )
    received = passed_on + rng.randrange(5, 60) * MINUTE
    yield teller.say("petition.received", received, received_at=instant(received))


def _closing(teller: _Teller, answered: int, published: int, likes: int, dislikes: int) -> Iterator[Told]:
    yield teller.say("petition.answered", answered, answered_at=instant(answered))
    yield teller.say("petition.published", published, published_at=instant(published))
    if likes or dislikes:
        rated = published + teller.rng.randrange(10, 120) * MINUTE
        yield teller.say("petition.rated", rated, likes=likes, dislikes=dislikes)


def _on_time(teller: _Teller, where: Window, likes: int, dislikes: int) -> Iterator[Told]:
    days = teller.rng.randint(2, 10)
    number = teller.rng.randint(where.first, where.last - days - 1)
    sent = on_day(number, office_clock(teller.rng))
    answered = add_days(sent, days)
    yield from _opening(teller, sent)
    yield from _closing(teller, answered, add_days(answered, 1), likes, dislikes)


def _raised_again(teller: _Teller, again: _Teller, where: Window) -> Iterator[Told]:
    """Answered in time, but the citizen asks again; the second petition is answered to his content."""
    again.unit = teller.unit
    sent = on_day(teller.rng.randint(where.first, where.last - 20), office_clock(teller.rng))
    answered = add_days(sent, 6)
    published = add_days(answered, 1)
    repeated = add_days(published, 2)
    yield from _opening(teller, sent)
    yield from _closing(teller, answered, published, 0, 0)
    yield from _opening(again, repeated)
    yield again.say("petition.repeated", repeated, earlier_petition_code=teller.code)
    yield from _closing(again, add_days(repeated, 5), add_days(repeated, 6), 2, 0)


def _late(teller: _Teller, where: Window) -> Iterator[Told]:
    """Answered after 17 working days; in a cohort too short for that, published 4 days after the answer."""
    room = where.last - where.first - LATE_ANSWER - 1
    if room >= 0:
        sent = on_day(where.first + teller.rng.randint(0, room), office_clock(teller.rng))
        answered = add_days(sent, LATE_ANSWER)
        published = add_days(answered, 1)
    else:
        sent = on_day(where.first + teller.rng.randint(0, 3), office_clock(teller.rng))
        answered = add_days(sent, 5)
        published = add_days(answered, 4)
    yield from _opening(teller, sent)
    yield from _closing(teller, answered, published, 0, 0)


def _refused(teller: _Teller, where: Window) -> Iterator[Told]:
    """Not the unit's business: refused on the next working day, in time, and never accepted."""
    sent = on_day(teller.rng.randint(where.first, where.last - 3), office_clock(teller.rng))
    refused = add_days(sent, 1)
    yield teller.say(
        "petition.lodged", sent, petition_class=teller.rng.choice(CLASSES), sent_at=instant(sent), direct=True
    )
    yield teller.say("petition.refused", refused, refused_at=instant(refused))


def _complained_about(lives: list[Life], where: Window) -> Life | None:
    """A dossier whose applicant is unhappy, ended early enough to complain about it in the same cohort."""
    for life in lives:
        if life.row.unhappy and life.finished is not None and day_number(life.finished) <= where.last - 8:
            return life
    return None


def _about(teller: _Teller, life: Life) -> Iterator[Told]:
    """A complaint about a dossier, answered to the citizen's content: the dossier stays an unhappy one."""
    life.petition = True
    teller.unit, teller.dossier = life.row.unit, life.code
    sent = life.resolved + HOUR * teller.rng.randint(1, 3)
    answered = add_days(life.resolved, 4)
    yield from _opening(teller, sent)
    yield from _closing(teller, answered + HOUR // 2, add_days(answered, 1), 2, 0)
