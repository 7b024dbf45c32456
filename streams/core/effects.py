"""What one dossier does to the indicators of the units that answer for it: where it counts, where not, what helps.

Read from its contribution, the very bits a worker adds to the tallies of the unit and of all units above: an indicator
is concerned if the dossier stands below its line, or is one of those by which its procedure or service counts above it.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from schemas.counters import PRESENCE_COUNTERS
from schemas.index import IndexVersion
from streams.core import masks
from streams.core.evaluation import flip_after, mask_in
from streams.core.facts import CountedDossier
from streams.core.gains import how_of
from streams.core.periods import Period
from streams.core.reference import Reference
from streams.core.rounding import half_up
from streams.core.rules import Rules
from streams.core.scoring import IndicatorRule

Way = Literal["counts", "keep", "repair", "hurry", "late", "unhappy", "next"]
"""counts: nothing to do; keep: counts while it is not late; repair: what is missing can be made good; hurry: late and
open; late: ended late; unhappy: complained about or disliked; next: decided when it was submitted."""

_BELOW: Final = {"sync_expected": "received"}
"""Denominators that are no count of dossiers, and the counter that says whether a dossier is among what they expect."""
_FLIPS: Final = 32


class Effect(NamedTuple):
    """One indicator that a dossier is concerned in: whether it counts above the line, and what there is to do."""

    indicator: str
    group: str
    numerator: str
    denominator: str
    counts: bool
    way: Way

    @property
    def presence(self) -> bool:
        """Whether a procedure or a service counts above the line, however many dossiers it has."""
        return self.numerator in PRESENCE_COUNTERS


def effects(version: IndexVersion, mask: int) -> Iterator[Effect]:
    """Give the indicators of a version in which a contribution stands, in the order of the index."""
    counters = frozenset(masks.names(mask))
    for group in version.groups:
        for one in group.indicators:
            numerator, denominator = one.numerator, one.denominator
            if not one.scored or numerator is None or denominator is None:
                continue
            counts = numerator in counters
            below = _BELOW.get(denominator, denominator) in counters
            if below or (counts and numerator in PRESENCE_COUNTERS):
                yield Effect(
                    one.code, group.code, numerator, denominator, counts, _way(numerator, mask, counts=counts)
                )


def keeps_until(
    facts: CountedDossier, period: Period, as_of: int, reference: Reference, rules: Rules
) -> int | None:
    """Return the last moment (epoch ms UTC) at which a dossier still open counts as on time if nothing comes.

    None if it does not count now, has ended, has no limit, or the period ends before.
    """

    def on_time(at: int) -> bool:
        mask = mask_in(facts, period.start, period.end, at, reference, rules)
        return mask & masks.ON_TIME != 0

    cutoff = period.cutoff(as_of)
    if not on_time(cutoff):
        return None
    at = cutoff
    for _ in range(_FLIPS):
        flip = flip_after(facts, at, reference, rules)
        if flip is None or flip >= period.end:
            return None
        if not on_time(flip):
            return flip - 1
        at = flip
    return None


def worth(rule: IndicatorRule, numerator: int, denominator: int, *, counts: bool) -> int:
    """Return what the place of one dossier above the line is worth, in ten-thousandths of a point, before rounding.

    If it counts: what would be lost without it there; else what would be won; 0 where all points are had anyway.
    """
    if not denominator:
        return 0
    with_it, without = (numerator, numerator - 1) if counts else (numerator + 1, numerator)
    most = rule.maximum * 100

    def exact(count: int) -> int:
        return min(most, half_up(count * rule.slope * 100, denominator * rule.target))

    return exact(min(with_it, denominator)) - exact(without)


def _way(numerator: str, mask: int, *, counts: bool) -> Way:
    how = how_of(numerator)
    if how == "keep":
        if counts:
            return "keep" if mask & masks.OPEN else "counts"
        if mask & masks.ON_TIME:
            return "unhappy"
        return "hurry" if mask & masks.OPEN else "late"
    if counts:
        return "counts"
    return "next" if how == "next" else "repair"
