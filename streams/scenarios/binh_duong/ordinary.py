"""Ordinary lives: on time, late, carried over, supplemented, rescheduled, ended otherwise, transferred.

Each function makes a life that has exactly the counters planned for its dossier.
"""

from collections.abc import Callable
from random import Random

from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.life import (
    PROMPT,
    QUARTER_HOUR,
    Life,
    Round,
    Window,
    begin,
    finish_by,
    hand_over,
    reception,
)
from streams.scenarios.binh_duong.plan import SILENT_COMMUNE, Planned
from streams.scenarios.binh_duong.workdays import (
    HOUR,
    OPENS,
    add_days,
    between,
    day_number,
    office_clock,
    office_time,
    on_day,
)

LAST_MINUTE = 0.01
"""Share of dossiers that end in the very minute they are due."""

Living = Callable[[Planned, Random, Window], Life]
"""Makes the life of a planned dossier within its cohort's part of the calendar."""


def plain(row: Planned, rng: Random, where: Window) -> Life:
    """Received, worked on, resolved on time or late, handed over."""
    if row.cohort == "carried":
        return _carried_over(row, rng, where)
    if row.late:
        return _late(row, rng, where)
    life = begin(row, rng, reception(rng, where, 0))
    finish_on_time(life, rng, where)
    hand_over(life, rng)
    return life


def finish_on_time(life: Life, rng: Random, where: Window) -> None:
    """Finish between a quarter of an hour after reception and the due minute, which some hit exactly."""
    is_prompt = (life.row.district, life.row.cohort) in PROMPT
    in_the_last_minute = rng.random() < LAST_MINUTE and not is_prompt
    earliest = life.due if in_the_last_minute else life.received + QUARTER_HOUR
    finish_by(life, rng, where, min(earliest, where.closes), life.due)


def _late(row: Planned, rng: Random, where: Window) -> Life:
    delay = rng.randint(1, 6)
    life = begin(row, rng, reception(rng, where, row.procedure.days + delay))
    number = day_number(life.due)
    life.finished = on_day(number + rng.randint(1, delay), office_clock(rng))
    hand_over(life, rng)
    return life


def _carried_over(row: Planned, rng: Random, where: Window) -> Life:
    last, days = where.last, row.procedure.days
    received = last - rng.randrange(days) if not row.late else last - days - rng.randrange(5)
    life = begin(row, rng, on_day(received, office_clock(rng)))
    if row.late:
        life.finished = on_day(last + rng.randint(2, 14), office_clock(rng))
    else:
        life.finished = between(rng, on_day(last + 1, OPENS), office_time(life.due))
    hand_over(life, rng)
    return life


def first_request(life: Life, rng: Random) -> int:
    """When the citizen is first asked for more papers: within the first third of the time."""
    return between(rng, life.received + HOUR, add_days(life.received, max(1, life.row.procedure.days // 3)))


def supplemented(rounds: int, *, reissued: bool) -> Living:
    """Supplement rounds of one to three days each, each with a new due date or with a pause of the clock."""

    def live(row: Planned, rng: Random, where: Window) -> Life:
        room = rounds * (max(1, row.procedure.days // 3) + 4)
        life = begin(row, rng, reception(rng, where, room))
        requested, due = office_time(first_request(life, rng)), life.due
        for number in range(1, rounds + 1):
            pause = rng.randint(1, 3)
            completed = add_days(requested, pause)
            due = add_days(due, pause) if reissued else due + completed - requested
            life.rounds.append(Round(f"bs{number}", requested, completed, due if reissued else None))
            requested = min(add_days(completed, 1), due)
        earliest = (life.rounds[-1].completed or 0) + QUARTER_HOUR
        finish_by(life, rng, where, earliest, office_time(due))
        hand_over(life, rng)
        return life

    return live


def rescheduled(row: Planned, rng: Random, where: Window) -> Life:
    """An apology one day ahead with a new date, which is kept."""
    life = begin(row, rng, reception(rng, where, row.procedure.days + 6))
    new_due = add_days(life.due, rng.randint(3, 5))
    life.apology = (add_days(life.due, -1), new_due)
    finish_by(life, rng, where, office_time(life.due) + QUARTER_HOUR, office_time(new_due))
    hand_over(life, rng)
    return life


def ended(how: str) -> Living:
    """Withdrawn by the citizen, stopped, or refused after reception, in time."""

    def live(row: Planned, rng: Random, where: Window) -> Life:
        life = begin(row, rng, reception(rng, where, 1))
        at = between(rng, life.received + QUARTER_HOUR, min(office_time(life.due), where.closes))
        setattr(life, how, at)
        return life

    return live


def without_due(row: Planned, rng: Random, where: Window) -> Life:
    """No due date is promised; the procedure's own time limit counts and is kept well."""
    life = begin(row, rng, reception(rng, where, 1))
    life.promised = False
    finish_by(
        life, rng, where, life.received + QUARTER_HOUR, add_days(life.received, row.procedure.days // 2)
    )
    hand_over(life, rng)
    return life


def transferred(row: Planned, rng: Random, where: Window) -> Life:
    """Received by a commune, handled by the district's own office or another commune."""
    life = plain(row, rng, where)
    others = [u for u in catalogue.communes(row.district) if u not in (row.unit, SILENT_COMMUNE)]
    life.to_unit = rng.choice([row.district, *others])
    life.transferred = min(life.received + rng.randrange(10, 60) * 60, life.resolved)
    return life
