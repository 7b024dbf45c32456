"""The times of one dossier's life, and where in the calendar a cohort lives. Times are epoch seconds."""

from dataclasses import dataclass, field
from random import Random

from streams.scenarios.binh_duong.plan import Planned
from streams.scenarios.binh_duong.workdays import (
    CLOSES,
    LUNCH,
    MINUTE,
    OPENS,
    add_days,
    between,
    day_number,
    moment,
    office_clock,
    office_time,
    on_day,
)

QUARTER_HOUR = 15 * MINUTE
PROMPT = frozenset({("BD.03", "2024-01"), ("BD.03", "2024-02"), ("BD.03", "2024-03"), ("BD.03", "2024-04")})
"""Dĩ An ends every stage before 80 % of its time has gone, when the first warning would be due."""
PROMPT_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Window:
    """Working days (numbers, both included) on which a cohort is received, and the last one of its period."""

    first: int
    last: int
    end: int

    @property
    def closes(self) -> int:
        """The last office minute of the period."""
        return on_day(self.end, CLOSES)


@dataclass(slots=True)
class Round:
    """One supplement round; no `completed`: the citizen is awaited; no `due_after`: the clock pauses."""

    round_id: str
    requested: int
    completed: int | None = None
    due_after: int | None = None


@dataclass(slots=True)
class Correction:
    """A field replaced at `at`: times, or None for no time."""

    at: int
    field: str
    old: int
    new: int


@dataclass(slots=True)
class Life:
    """What happens to one dossier and when; None is never (in the time told).

    `due` is the due time at reception (nobody is told unless `promised`), `apology` is (sent, new due).
    `finish_told` is when the end reached us, if not at once; `to_unit` takes over at `transferred`;
    `has_stages` is false while nobody began.
    """

    row: Planned
    submitted: int
    received: int
    due: int
    promised: bool = True
    code: str = ""
    rounds: list[Round] = field(default_factory=list)
    apology: tuple[int, int] | None = None
    finished: int | None = None
    returned: int | None = None
    refused: int | None = None
    withdrawn: int | None = None
    stopped: int | None = None
    rated: int | None = None
    liked: bool = True
    petition: bool = False
    transferred: int | None = None
    to_unit: str = ""
    correction: Correction | None = None
    late_result: int | None = None
    finish_told: int | None = None
    has_stages: bool = True
    obligation_met: bool = True

    @property
    def stage_due(self) -> int:
        """Deadline of the last stage: the newest promise."""
        newer = [each.due_after for each in self.rounds if each.due_after is not None]
        if self.apology:
            newer.append(self.apology[1])
        if self.correction and self.correction.field == "due_at":
            newer.append(self.correction.new)
        return max([self.due, *newer])

    @property
    def resolved(self) -> int:
        """When it was resolved; raises ValueError if it never is."""
        if self.finished is None:
            raise ValueError(f"{self.row.shape}: not resolved")
        return self.finished

    @property
    def ended(self) -> int | None:
        """When work on it ended, in whatever way."""
        ends = (self.finished, self.refused, self.withdrawn, self.stopped)
        return next((end for end in ends if end is not None), None)


def window(cohort: str) -> Window:
    """Where a cohort lives; what is carried over is received by the end of 2023 and ends in the quarter."""
    days = {
        "2023": ("2023-01-03", "2023-12-29", "2023-12-29"),
        "carried": ("2023-12-01", "2023-12-29", "2024-03-29"),
        "2024-01": ("2024-01-02", "2024-01-31", "2024-03-29"),
        "2024-02": ("2024-02-01", "2024-02-29", "2024-03-29"),
        "2024-03": ("2024-03-01", "2024-03-29", "2024-03-29"),
        "2024-04": ("2024-04-01", "2024-04-10", "2024-06-28"),
    }
    first, last, end = (day_number(moment(day)) for day in days[cohort])
    return Window(first, last, end)


def begin(row: Planned, rng: Random, received: int) -> Life:
    """A life from its submission to the promise made at reception."""
    ahead = rng.randrange(5, 25) if row.channel == 1 else rng.randrange(20, 900)
    due = add_days(received, row.procedure.days)
    return Life(row, received - ahead * MINUTE, received, due)


def reception(rng: Random, where: Window, room: int) -> int:
    """A time of reception that leaves `room` working days until the period's end."""
    latest = min(where.last, where.end - room)
    number = rng.randint(min(where.first, latest), latest)
    clock = office_clock(rng)
    if number == where.end:
        clock = OPENS + clock % (LUNCH - OPENS) // MINUTE * MINUTE
    return on_day(number, clock)


def finish_by(life: Life, rng: Random, where: Window, earliest: int, latest: int) -> None:
    """Finish in office time from `earliest` to `latest`, inside the period if its figures need it."""
    row = life.row
    if row.result or row.unhappy or row.cohort == "2023":
        latest = min(latest, where.closes)
    if (row.district, row.cohort) in PROMPT:
        latest = min(latest, office_time(life.received + int((latest - life.received) * PROMPT_SHARE)))
    life.finished = between(rng, earliest, latest)


def hand_over(life: Life, rng: Random) -> None:
    """Return the result some days after the end, and let some applicants say what they think."""
    if life.finished is None:
        return
    life.returned = between(rng, life.finished + QUARTER_HOUR, add_days(office_time(life.finished), 2))
    if life.row.unhappy:
        life.rated, life.liked = life.finished + rng.randrange(10, 90) * MINUTE, False
    elif rng.random() < 0.25:
        life.rated = life.returned + rng.randrange(10, 600) * MINUTE
