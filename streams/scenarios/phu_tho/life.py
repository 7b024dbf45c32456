"""When things happen to a planned dossier, so that it counts in the period as planned.

Every dossier is received in office hours and due at closing time of a working day. In the period, finished
dossiers end by their due time or after it; open ones are past it at the period's end or have it after. What
the plan leaves open is drawn from the unit's generator.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from streams.scenarios.phu_tho.days import CLOSES, OPENS, at, days
from streams.scenarios.phu_tho.plan import Planned

LONGEST = 4
"""Most working days between reception and end of a dossier received in the period."""
OFFICE_MINUTES = 480
HALF_DAY = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Life:
    """The times of one dossier; `finished_at` may lie after the period for one that is open at its end."""

    submitted_at: datetime
    received_at: datetime
    due_at: datetime
    finished_at: datetime | None


def life_of(row: Planned, rng: Random) -> Life:
    """Times that fit the plan."""
    if row.finished:
        received, due, finished = _finished_days(row, rng)
    else:
        received, due, finished = *_open_days(row, rng), None
    received_at = at(received, OPENS + timedelta(minutes=rng.randrange(OFFICE_MINUTES // 2)))
    return Life(
        received_at - timedelta(minutes=rng.randrange(5, 120)),
        received_at,
        at(due, CLOSES),
        None if finished is None else _finish(row, rng, finished, due),
    )


def _finished_days(row: Planned, rng: Random) -> tuple[date, date, date]:
    """Days of reception, due time and end; on time: reception <= end <= due, late: reception < due < end."""
    within = days().within
    if row.received:
        first = rng.randrange(len(within) - LONGEST)
        received, places = within[first], range(first, first + LONGEST + 1)
    else:
        received, places = rng.choice(days().before), range(len(within))
    if row.on_time:
        end, due = sorted(rng.choices(places, k=2))
    else:
        due, end = sorted(rng.sample(places[1:] if row.received else places, 2))
    return received, within[due], within[end]


def _open_days(row: Planned, rng: Random) -> tuple[date, date]:
    """Days of reception and due time of a dossier that is open at the period's end."""
    before, within, after = days()
    if row.on_time:
        return rng.choice(within[-5:] if row.received else before), rng.choice(after)
    first = rng.randrange(len(within) - LONGEST)
    return (within[first] if row.received else rng.choice(before)), within[first + rng.randrange(1, LONGEST)]


def _finish(row: Planned, rng: Random, end: date, due: date) -> datetime:
    """In the afternoon of the day it ends; now and then in the minute it is due."""
    if row.on_time and end == due and rng.random() < 0.2:
        return at(due, CLOSES)
    return at(end, OPENS + HALF_DAY + timedelta(minutes=rng.randrange(1, OFFICE_MINUTES // 2)))
