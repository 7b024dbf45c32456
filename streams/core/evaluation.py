"""Where a dossier or petition counts now: its entries for every open period and every rolling bucket.

Pure: the same facts, reference and clock give the same entries, whatever happened before.
"""

from collections.abc import Iterable
from typing import Final

from schemas.counters import DOSSIER_COUNTERS
from streams.core.contribution import contribution
from streams.core.facts import DossierFacts, PetitionFacts
from streams.core.flips import next_flip, next_petition_flip
from streams.core.periods import Period, local_day
from streams.core.petition_contribution import petition_contribution
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.tally import mask_of
from streams.core.tally_book import LONGEST_WINDOW, Entry, ended_bucket, received_bucket

FOREVER: Final = 1 << 62
RECEIVED_MASK: Final = mask_of(
    (
        "received",
        "received_synced",
        "received_online",
        "fee_dossiers",
        "fee_paid",
        "petitions_first",
        "petitions_satisfied",
        "online_services",
        "fee_procedures_seen",
        "fee_procedures_paid",
    )
)
OPEN_MASK: Final = mask_of(("open",))
HANDLED_MASK: Final = (
    mask_of((*(name for name in DOSSIER_COUNTERS), "citizen_procedures_connected")) & ~RECEIVED_MASK
)

Facts = DossierFacts | PetitionFacts


def mask_in(facts: Facts, start: int, end: int, cutoff: int, reference: Reference, rules: Rules) -> int:
    """Return the contribution of a dossier or petition to a period [start, end) evaluated at `cutoff`."""
    if isinstance(facts, DossierFacts):
        return contribution(facts, start, end, cutoff, reference, rules)
    return petition_contribution(facts, start, end, cutoff, reference, rules)


def flip_after(facts: Facts, as_of: int, reference: Reference, rules: Rules) -> int | None:
    """Return the next moment at which a running period may see other facts with no event arriving."""
    if isinstance(facts, DossierFacts):
        return next_flip(facts, as_of, reference, rules)
    return next_petition_flip(facts, as_of, reference, rules)


def entries(
    facts: Facts, as_of: int, periods: Iterable[Period], reference: Reference, rules: Rules
) -> list[Entry]:
    """Return every place where a dossier or petition counts at `as_of`."""
    found: list[Entry] = []
    for period in periods:
        cutoff = period.cutoff(as_of)
        mask = mask_in(facts, period.start, period.end, cutoff, reference, rules)
        if mask:
            found.append(Entry(facts.holder(cutoff), period.key, mask))
    found.extend(_buckets(facts, as_of, reference, rules))
    return found


def _buckets(facts: Facts, as_of: int, reference: Reference, rules: Rules) -> Iterable[Entry]:
    """Split what the dossier counts over all time into the day it was received on and the day it ended on."""
    mask = mask_in(facts, -FOREVER, FOREVER, as_of, reference, rules)
    if not mask:
        return
    unit = facts.holder(as_of)
    oldest = local_day(as_of) - LONGEST_WINDOW + 1
    began = facts.began_at
    if mask & RECEIVED_MASK and began is not None and local_day(began) >= oldest:
        yield Entry(unit, received_bucket(local_day(began)), mask & RECEIVED_MASK)
    if mask & HANDLED_MASK:
        ended = facts.ended_at if facts.ended_at is not None and facts.ended_at <= as_of else None
        if ended is None:
            yield Entry(unit, ended_bucket(None), mask & HANDLED_MASK)
        elif local_day(ended) >= oldest:
            yield Entry(unit, ended_bucket(local_day(ended)), mask & HANDLED_MASK)
