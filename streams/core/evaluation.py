"""Where a dossier or petition counts now: its entries for every open period and every rolling bucket.

Pure: the same facts, reference and clock give the same entries, whatever happened before.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from streams.core.contribution import contribution, contribution_at
from streams.core.facts import CountedDossier, PetitionFacts
from streams.core.flips import next_flip, next_petition_flip
from streams.core.periods import Period, local_day
from streams.core.petition_contribution import petition_contribution, petition_contribution_at
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.tally_book import LONGEST_WINDOW, SEPARATOR, Entry, ended_bucket, received_bucket

Facts = CountedDossier | PetitionFacts


def mask_in(facts: Facts, start: int, end: int, cutoff: int, reference: Reference, rules: Rules) -> int:
    """Return the contribution of a dossier or petition to a period [start, end) evaluated at `cutoff`."""
    if isinstance(facts, CountedDossier):
        return contribution(facts, start, end, cutoff, reference, rules)
    return petition_contribution(facts, start, end, cutoff, reference, rules)


def masks_at(facts: Facts, cutoff: int, reference: Reference, rules: Rules) -> tuple[int, int]:
    """Return what it adds at `cutoff` to the period in which it began, and to every period that handles it."""
    if isinstance(facts, CountedDossier):
        return contribution_at(facts, cutoff, reference, rules)
    return petition_contribution_at(facts, cutoff, reference, rules)


def flip_after(facts: Facts, as_of: int, reference: Reference, rules: Rules) -> int | None:
    """Return the next moment at which a running period may see other facts with no event arriving."""
    if isinstance(facts, CountedDossier):
        return next_flip(facts, as_of, reference, rules)
    return next_petition_flip(facts, as_of, reference, rules)


class Spans:
    """The open periods, ready for evaluation: the running ones, which share a cut-off, and the ended ones."""

    __slots__ = ("_keys", "_starts", "ended")

    def __init__(self, periods: Iterable[Period], as_of: int) -> None:
        every = sorted(periods, key=lambda period: period.start)
        running = [period for period in every if period.end > as_of]
        self.ended = [period for period in every if period.end <= as_of]
        self._starts = [period.start for period in running]
        self._keys = [
            [
                SEPARATOR.join(period.key for period in running[first:after])
                for after in range(len(running) + 1)
            ]
            for first in range(len(running))
        ]

    def running(
        self, began: int | None, ended: int | None, came: int, handled: int
    ) -> Iterator[tuple[str, int]]:
        """Give (key, mask) of the running periods: `came` where it began, `handled` where it had not ended before."""
        new = 0 if began is None else bisect_right(self._starts, began)
        alive = len(self._starts) if ended is None else bisect_right(self._starts, ended)
        both = min(new, alive)
        for first, after, mask in ((0, both, came | handled), (both, new, came), (both, alive, handled)):
            if mask and first < after:
                yield self._keys[first][after], mask


def entries(facts: Facts, as_of: int, spans: Spans, reference: Reference, rules: Rules) -> list[Entry]:
    """Return every place where a dossier or petition counts at `as_of`."""
    began, ended = facts.began_at, facts.ended_at
    came, handled = masks_at(facts, as_of, reference, rules)
    unit = facts.holder(as_of)
    found = _buckets(facts, as_of, unit, came, handled)
    for key, mask in spans.running(began, ended, came, handled):
        found.append((unit, key, mask))
    for key, _, start, end in spans.ended:
        came, handled = masks_at(facts, end - 1, reference, rules)
        mask = handled if ended is None or ended >= start else 0
        if began is not None and start <= began < end:
            mask |= came
        if mask:
            found.append((facts.holder(end - 1), key, mask))
    return found


def _buckets(facts: Facts, as_of: int, unit: str, came: int, handled: int) -> list[Entry]:
    """Split what it counts over all time into the day it was received on and the day it ended on."""
    found: list[Entry] = []
    oldest = local_day(as_of) - LONGEST_WINDOW + 1
    if came and facts.began_at is not None:
        day = local_day(facts.began_at)
        if day >= oldest:
            found.append((unit, received_bucket(day), came))
    if handled:
        ended = facts.ended_at
        if ended is None or ended > as_of:
            found.append((unit, ended_bucket(None), handled))
        elif local_day(ended) >= oldest:
            found.append((unit, ended_bucket(local_day(ended)), handled))
    return found
