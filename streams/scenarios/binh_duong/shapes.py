"""Which dossiers live which life: stories told on purpose, the rest by chance."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from streams.scenarios.binh_duong import catalogue, ordinary, special
from streams.scenarios.binh_duong.life import PROMPT, Life, Window
from streams.scenarios.binh_duong.plan import MISREPORTED, Planned


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to live and the dossiers it suits; `share` is how many of a cohort take it by chance."""

    live: ordinary.Living
    suits: Callable[[Planned], bool]
    share: float = 0.0


def _kept(row: Planned) -> bool:
    return not row.late and 3 <= row.procedure.days <= 12


def _content_and_quick(row: Planned) -> bool:
    return _kept(row) and row.procedure.days <= 10 and not row.unhappy


def _fruitless(row: Planned) -> bool:
    """Nothing is planned of it that needs an end with a result."""
    return not (row.late or row.result or row.unhappy)


def _both_levels(row: Planned) -> bool:
    return not row.late and row.unit != row.district and len(row.procedure.levels) > 1


def _needs_no_promise(row: Planned) -> bool:
    return not row.late and row.procedure.time_unit == "working_day" and row.procedure.days >= 4


SHAPES: dict[str, Shape] = {
    "plain": Shape(ordinary.plain, bool),
    "reissued": Shape(ordinary.supplemented(1, reissued=True), _kept, 0.03),
    "paused": Shape(ordinary.supplemented(1, reissued=False), _kept, 0.015),
    "two_supplements": Shape(ordinary.supplemented(2, reissued=True), _kept, 0.005),
    "rescheduled": Shape(ordinary.rescheduled, lambda row: _kept(row) and row.procedure.days <= 10, 0.01),
    "withdrawn": Shape(ordinary.ended("withdrawn"), _fruitless, 0.006),
    "stopped": Shape(ordinary.ended("stopped"), _fruitless, 0.006),
    "refused": Shape(ordinary.ended("refused"), _fruitless, 0.004),
    "without_due": Shape(ordinary.without_due, _needs_no_promise, 0.015),
    "transferred": Shape(ordinary.transferred, _both_levels, 0.01),
    "due_corrected": Shape(special.due_corrected, lambda row: not row.late, 0.004),
    "corrected_finish": Shape(special.finish_corrected, lambda row: _kept(row) and not row.unhappy, 0.003),
    "unclaimed": Shape(special.unclaimed, lambda row: not row.late, 0.02),
    "waiting": Shape(special.waiting, lambda row: _fruitless(row) and row.procedure.days >= 5),
    MISREPORTED: Shape(special.waiting, lambda row: _fruitless(row) and row.procedure.days >= 5),
    "waiting_again": Shape(special.waiting_again, lambda row: row.late and not row.result),
    "open_obligation": Shape(special.fee_unpaid, lambda row: _fruitless(row) and row.fee and not row.paid),
    "open_late": Shape(special.open_late, lambda row: row.late and not row.result),
    "just_received": Shape(special.just_received, _fruitless),
    "tet": Shape(special.over_tet, _kept),
    "late_told": Shape(
        special.told_late, lambda row: _kept(row) and row.procedure.days <= 5 and not row.unhappy
    ),
    "result_told_late": Shape(special.result_told_late, _fruitless),
    "late_corrected": Shape(special.corrected_after, _content_and_quick),
}
NEEDS_THE_PROVINCES_SYSTEM = frozenset(
    {
        "transferred",
        "due_corrected",
        "corrected_finish",
        "rescheduled",
        "late_told",
        "result_told_late",
        "late_corrected",
    }
)
"""Shapes told by single events; the others may come as records of the national sync as well."""
NEEDS_THE_NATIONAL_SYNC = frozenset({"open_obligation", MISREPORTED})
"""Status 6, and a status 9 that means 5, are words of the sync; no single event says them."""


def give_shapes(rows: list[Planned], district: str, cohort: str, rng: Random) -> None:
    """Give a cohort's stories to dossiers they suit, then shapes by chance; ValueError if none suits."""
    for story in catalogue.stories():
        if (story.unit, story.cohort) == (district, cohort):
            able = [row for row in rows if row.shape == "plain" and SHAPES[story.shape].suits(row)]
            for row in rng.sample(able, story.count):
                row.shape = story.shape
    if cohort == "carried" or (district, cohort) in PROMPT:
        return
    names = [name for name, shape in SHAPES.items() if shape.share]
    for row in rows:
        drawn = rng.random()
        for name in names:
            drawn -= SHAPES[name].share
            if drawn < 0:
                if row.shape == "plain" and SHAPES[name].suits(row):
                    row.shape = name
                break


def live(row: Planned, rng: Random, where: Window) -> Life:
    """The life of a planned dossier."""
    return SHAPES[row.shape].live(row, rng, where)
