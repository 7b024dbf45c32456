"""Why a total moved: changes applied one by one in log order, each credited with the step of the rounded total.

Points are rounded to cents by indicator, so what a dossier is worth depends on those before it; credited with the step
it made, all steps together are the difference, to the cent, in any order and for any sequence. What could not be read
counts 0 here, as in the sums of the index.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemas.partial import Cell
from streams.core.history import Change, Contribution
from streams.core.scoring import IndicatorScore, ScoreCard
from streams.core.tally import Tally
from streams.core.what_if import points_of

Scorer = Callable[[Cell], ScoreCard]
"""Scores a tally, with what the catalogue says at the time."""


class Moved(NamedTuple):
    """One indicator that a change moved: its figures before and after, and the step of its score in cents."""

    indicator: str
    group: str
    before: tuple[int | None, int | None]
    after: tuple[int | None, int | None]
    step: int


class Step(NamedTuple):
    """A change with its credit in cents; without a change: what the catalogue moved."""

    change: Change | None
    credit: int
    moved: tuple[Moved, ...]


class Walk(NamedTuple):
    """The card at the start, every step, and the card at the end; the credits add up to the difference."""

    first: ScoreCard
    steps: tuple[Step, ...]
    last: ScoreCard

    @property
    def difference(self) -> int:
        """Points gained, in cents."""
        return points_of(self.last) - points_of(self.first)


def walk(
    first: Iterable[Contribution],
    changes: Iterable[Change],
    then: Scorer,
    now: Scorer,
    steady: Mapping[Contribution, int] = MappingProxyType({}),
) -> Walk:
    """Apply changes to a tally of contributions, in log order; `steady` counts those that no change is of.

    `then` scores by the catalogue of the first moment and is used for every change; what `now`, the catalogue of the
    last moment, makes of the final figures is the last step.
    """
    tally = Tally()
    for contribution in first:
        _move(tally, contribution, 1)
    for contribution, times in steady.items():
        _move(tally, contribution, times)
    card = begun = then(tally.freeze())
    steps: list[Step] = []
    for change in sorted(changes, key=lambda one: one[:4]):
        _move(tally, change.before, -1)
        _move(tally, change.after, 1)
        card, before = then(tally.freeze()), card
        steps.append(_step(change, before, card))
    card, before = now(tally.freeze()), card
    closing = _step(None, before, card)
    return Walk(begun, (*steps, closing) if closing.moved else tuple(steps), card)


def by_indicator(steps: Iterable[Step]) -> dict[str, int]:
    """Return the credit of each indicator that moved, in cents; they add up to the difference, too."""
    sums: dict[str, int] = {}
    for step in steps:
        for moved in step.moved:
            sums[moved.indicator] = sums.get(moved.indicator, 0) + moved.step
    return sums


def by_subject(steps: Iterable[Step]) -> Mapping[str, list[Step]]:
    """Return the steps of each dossier and petition, by state key."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.change is not None:
            found.setdefault(step.change.key, []).append(step)
    return found


def _move(tally: Tally, one: Contribution, times: int) -> None:
    if one.mask:
        tally.move(one.mask, times, one.procedure, one.services)


def _step(change: Change | None, before: ScoreCard, after: ScoreCard) -> Step:
    moved = tuple(_moved(before, after)) if before is not after else ()
    return Step(change, sum(one.step for one in moved), moved)


def _moved(before: ScoreCard, after: ScoreCard) -> Iterator[Moved]:
    for old, new in zip(before.indicators, after.indicators, strict=True):
        if old is not new and old != new:
            yield Moved(
                new.code, new.group, _figures(old), _figures(new), (new.score or 0) - (old.score or 0)
            )


def _figures(score: IndicatorScore) -> tuple[int | None, int | None]:
    return score.numerator, score.denominator
