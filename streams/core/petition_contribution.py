"""What one petition adds to the counters of a period: a bit mask as of `contribution`.

Populations (index-766.md, 5.2 and 5.3): a petition counts in 5.2 if it had reached the unit by T and had not
ended before the period began; in 5.3 if it was first received in the period and accepted. Where the reception
itself is not known, an answered petition counts as received when its clock first started.
"""

from streams.core.facts import PetitionFacts
from streams.core.masks import PETITIONS, PETITIONS_FIRST, PETITIONS_ON_TIME, PETITIONS_SATISFIED
from streams.core.petition_outcome import is_on_time, outcome
from streams.core.reference import Reference
from streams.core.rules import Rules


def petition_contribution(
    facts: PetitionFacts, start: int, end: int, cutoff: int, reference: Reference, rules: Rules
) -> int:
    """Return the bits a petition adds in `[start, end)` at the cut-off T; all epoch milliseconds UTC."""
    came, handled = petition_contribution_at(facts, cutoff, reference, rules)
    began, ended = facts.began_at, facts.ended_at
    mask = handled if ended is None or ended >= start or ended > cutoff else 0
    return mask | came if began is not None and start <= began < end else mask


def petition_contribution_at(
    facts: PetitionFacts,
    cutoff: int,
    reference: Reference,
    rules: Rules,  # noqa: ARG001  (the limits of petitions are law, not a choice)
) -> tuple[int, int]:
    """Return the bits at the cut-off T in the period of the first reception, and in every one that handles it."""
    if facts.came_at is None or facts.came_at > cutoff:
        return 0, 0
    in_time = is_on_time(facts, cutoff, reference.calendar)
    handled = PETITIONS | PETITIONS_ON_TIME if in_time else PETITIONS
    if facts.began_at is None or facts.began_at > cutoff or not _accepted(facts, cutoff):
        return 0, handled
    is_satisfied = in_time and not _disliked(facts, cutoff) and not _repeated(facts, cutoff)
    return PETITIONS_FIRST | PETITIONS_SATISFIED if is_satisfied else PETITIONS_FIRST, handled


def _accepted(facts: PetitionFacts, cutoff: int) -> bool:
    kind = outcome(facts, cutoff).kind
    return kind == "answered" or (kind != "refused" and facts.received_at is not None)


def _disliked(facts: PetitionFacts, cutoff: int) -> bool:
    return (
        facts.rated_at is not None and facts.rated_at <= cutoff and (facts.dislikes or 0) > (facts.likes or 0)
    )


def _repeated(facts: PetitionFacts, cutoff: int) -> bool:
    return facts.repeated_at is not None and facts.repeated_at <= cutoff
