"""Where a dossier or petition counts now: its entries for every open period and every rolling bucket.

Pure: the same facts, reference and clock give the same entries, whatever happened before.
"""

from collections.abc import Iterable

from streams.core.contribution import contribution, contribution_at
from streams.core.facts import DossierFacts, PetitionFacts
from streams.core.flips import next_flip, next_petition_flip
from streams.core.periods import Period, local_day
from streams.core.petition_contribution import petition_contribution, petition_contribution_at
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.tally_book import LONGEST_WINDOW, Entry, ended_bucket, received_bucket

Facts = DossierFacts | PetitionFacts


def mask_in(facts: Facts, start: int, end: int, cutoff: int, reference: Reference, rules: Rules) -> int:
    """Return the contribution of a dossier or petition to a period [start, end) evaluated at `cutoff`."""
    if isinstance(facts, DossierFacts):
        return contribution(facts, start, end, cutoff, reference, rules)
    return petition_contribution(facts, start, end, cutoff, reference, rules)


def masks_at(facts: Facts, cutoff: int, reference: Reference, rules: Rules) -> tuple[int, int]:
    """Return what it adds at `cutoff` to the period in which it began, and to every period that handles it."""
    if isinstance(facts, DossierFacts):
        return contribution_at(facts, cutoff, reference, rules)
    return petition_contribution_at(facts, cutoff, reference, rules)


def flip_after(facts: Facts, as_of: int, reference: Reference, rules: Rules) -> int | None:
    """Return the next moment at which a running period may see other facts with no event arriving."""
    if isinstance(facts, DossierFacts):
        return next_flip(facts, as_of, reference, rules)
    return next_petition_flip(facts, as_of, reference, rules)


def entries(
    facts: Facts, as_of: int, periods: Iterable[Period], reference: Reference, rules: Rules
) -> list[Entry]:
    """Return every place where a dossier or petition counts at `as_of`.

    Running periods are evaluated once, together: they begin at different moments and end at the same one.
    """
    began, ended = facts.began_at, facts.ended_at
    came_now, handled_now = masks_at(facts, as_of, reference, rules)
    unit_now = facts.holder(as_of)
    found = _buckets(facts, as_of, unit_now, came_now, handled_now)
    for key, _, start, end in periods:
        unit, came, handled = unit_now, came_now, handled_now
        if end <= as_of:
            unit = facts.holder(end - 1)
            came, handled = masks_at(facts, end - 1, reference, rules)
        mask = handled if ended is None or ended >= start else 0
        if began is not None and start <= began < end:
            mask |= came
        if mask:
            found.append((unit, key, mask))
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
