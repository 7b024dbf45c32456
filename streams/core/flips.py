"""When a contribution changes although no event comes: a due date passes, a future fact is reached.

For a running period the mask at two moments t1 < t2 is the same if no flip lies in (t1, t2]. Changes of
reference data are not flips: whoever holds a reference asks `Reference.next_boundary`. Moments are epoch
milliseconds UTC.
"""

from collections.abc import Iterator

from streams.core.deadlines import is_waiting, last_moment
from streams.core.facts import CountedDossier, PetitionFacts
from streams.core.petition_outcome import next_limit
from streams.core.reference import Reference
from streams.core.rules import Rules


def next_flip(facts: CountedDossier, after: int, reference: Reference, rules: Rules) -> int | None:
    """Return the earliest moment after `after` at which a dossier may count differently, None if none.

    The moment of a due date itself is still on time: the flip is the millisecond after it.
    """
    flip = None
    if facts.in_process and (facts.ended_at is None or facts.ended_at > after):
        last = _running_limit(facts, after, reference, rules)
        if last is not None and last >= after:
            flip = last + 1
    if facts.last_dated_at > after:
        coming = min(moment for moment in _moments(facts) if moment > after)
        flip = coming if flip is None else min(flip, coming)
    return flip


def next_petition_flip(
    facts: PetitionFacts,
    after: int,
    reference: Reference,
    rules: Rules,  # noqa: ARG001  (the limits of petitions are law, not a choice)
) -> int | None:
    """Return the earliest moment after `after` at which a petition may count differently, None if none."""
    moments = [moment for moment in _petition_moments(facts) if moment > after]
    limit = next_limit(facts, after, reference.calendar)
    if limit is not None and limit >= after:
        moments.append(limit + 1)
    return min(moments, default=None)


def _running_limit(facts: CountedDossier, after: int, reference: Reference, rules: Rules) -> int | None:
    if not facts.supplements and not facts.reschedules:
        return facts.promised_at
    if is_waiting(facts, after):
        return None
    return last_moment(facts, after, after, reference, rules)


def _moments(facts: CountedDossier) -> Iterator[int]:
    for moment in (facts.submitted_at, facts.received_at, facts.ended_at, facts.synced_at):
        if moment is not None:
            yield moment
    yield facts.paid_online_at
    yield facts.unhappy_at
    yield from (since for since, _ in facts.holdings)
    yield from (entry.apology_sent_at for entry in facts.reschedules)
    for entry in facts.supplements:
        yield from (moment for moment in entry[1:3] if moment is not None)


def _petition_moments(facts: PetitionFacts) -> Iterator[int]:
    dated = (
        facts.sent_at,
        facts.received_at,
        facts.supplement_requested_at,
        facts.refused_at,
        facts.returned_at,
        facts.answered_at,
        facts.published_at,
        facts.rated_at,
        facts.repeated_at,
    )
    yield from (moment for moment in dated if moment is not None)
    yield from (entry.transferred_at for entry in facts.transfers)
    yield from (since for since, _ in facts.holdings)
