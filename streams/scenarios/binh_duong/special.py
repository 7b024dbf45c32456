"""Lives told on purpose: typing errors corrected, citizens awaited, work left open, news that come late."""

from random import Random

from streams.scenarios.binh_duong.life import (
    QUARTER_HOUR,
    Correction,
    Life,
    Round,
    Window,
    begin,
    finish_by,
    hand_over,
    reception,
)
from streams.scenarios.binh_duong.ordinary import finish_on_time, first_request, plain
from streams.scenarios.binh_duong.plan import Planned
from streams.scenarios.binh_duong.workdays import (
    CLOSES,
    HOUR,
    MINUTE,
    add_days,
    day_number,
    moment,
    office_clock,
    office_time,
    on_day,
)

TOLD_LATE = moment("2024-03-06", "10:00")
RESULTS_TOLD = moment("2024-04-08", "14:00")
CORRECTED_AFTER = moment("2024-04-09", "09:30")
PUBLICATION_AFTERNOON = 15 * HOUR + 30 * MINUTE
EVENING = 17 * HOUR + 30 * MINUTE


def due_corrected(row: Planned, rng: Random, where: Window) -> Life:
    """The promised day was typed wrong (the day of reception) and corrected that evening."""
    life = plain(row, rng, where)
    wrong = life.received + QUARTER_HOUR
    life.correction = Correction(on_day(day_number(life.received), EVENING), "due_at", wrong, life.due)
    life.due = wrong
    return life


def finish_corrected(row: Planned, rng: Random, where: Window) -> Life:
    """The end was typed days late and corrected two days after."""
    life = begin(row, rng, reception(rng, where, row.procedure.days + 6))
    finish_on_time(life, rng, where)
    wrong = max(add_days(life.resolved, 1), life.due + HOUR)
    life.correction = Correction(add_days(wrong, 2), "finished_at", wrong, life.resolved)
    return life


def unclaimed(row: Planned, rng: Random, where: Window) -> Life:
    """Resolved, and nobody came for the result."""
    life = plain(row, rng, where)
    life.returned = None
    if life.liked:
        life.rated = None
    return life


def waiting(row: Planned, rng: Random, where: Window) -> Life:
    """The citizen was asked once for more papers and has not answered."""
    life = begin(row, rng, reception(rng, where, 8))
    life.rounds.append(Round("bs1", office_time(first_request(life, rng))))
    return life


def waiting_again(row: Planned, rng: Random, where: Window) -> Life:
    """Asked a second time and waiting: overdue by the rule, whatever the date."""
    life = begin(row, rng, reception(rng, where, 12))
    requested = office_time(first_request(life, rng))
    completed = add_days(requested, 1)
    life.rounds += [Round("bs1", requested, completed), Round("bs2", add_days(completed, 1))]
    return life


def fee_unpaid(row: Planned, rng: Random, where: Window) -> Life:
    """Received on the last day; the fee was asked for and is not paid when the story ends."""
    life = begin(row, rng, on_day(where.last, office_clock(rng)))
    life.obligation_met = False
    return life


def just_received(row: Planned, rng: Random, where: Window) -> Life:
    """Received on the day the ranking was published, not yet begun."""
    life = begin(row, rng, on_day(where.first + 3, PUBLICATION_AFTERNOON))
    life.has_stages = False
    return life


def open_late(row: Planned, rng: Random, where: Window) -> Life:
    """Past its due date and still open when the story ends."""
    return begin(row, rng, reception(rng, where, row.procedure.days + 2))


def over_tet(row: Planned, rng: Random, where: Window) -> Life:
    """Received on the eve of Tết (8 to 14 February 2024): the holidays do not count."""
    life = begin(row, rng, moment("2024-02-07", "09:00") + rng.randrange(90) * 60)
    finish_by(life, rng, where, moment("2024-02-15", "08:00"), life.due)
    hand_over(life, rng)
    return life


def told_late(row: Planned, rng: Random, where: Window) -> Life:
    """Resolved in time in February; the event reaches us on 6 March, after February was shown."""
    days = row.procedure.days
    number = day_number(moment("2024-02-28")) - days - rng.randrange(3)
    life = begin(row, rng, on_day(number, office_clock(rng)))
    finish_by(life, rng, where, life.received + QUARTER_HOUR, life.due)
    hand_over(life, rng)
    life.rated = None
    life.returned = TOLD_LATE + HOUR
    life.finish_told = TOLD_LATE
    return life


def result_told_late(row: Planned, rng: Random, where: Window) -> Life:
    """Resolved in the quarter; its electronic result reaches us four days after the ranking was published."""
    life = begin(row, rng, reception(rng, where, 1))
    finish_by(life, rng, where, life.received + QUARTER_HOUR, min(life.due, where.closes))
    hand_over(life, rng)
    life.late_result = RESULTS_TOLD
    return life


def corrected_after(row: Planned, rng: Random, where: Window) -> Life:
    """Shown as on time; five days after publication its end is corrected to one past the due date."""
    life = begin(row, rng, reception(rng, where, row.procedure.days + 2))
    finish_by(life, rng, where, life.received + QUARTER_HOUR, life.due)
    true_end = on_day(day_number(life.due) + 1, CLOSES)
    life.correction = Correction(CORRECTED_AFTER, "finished_at", life.resolved, true_end)
    return life
