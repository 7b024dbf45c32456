"""Deadlines: the due date in force at a moment, and whether a dossier is on time (2.1 RESOLVED_ON_TIME).

The date a source promises wins; one is computed from the procedure's maximum time only where none is
promised. A supplement or an apology may set a new date. A pause for a supplement is either followed by a new
date or handled by the supplement rule, never both. Requests to pay (status 6) do not pause. Moments are epoch
milliseconds UTC.
"""

from typing import NamedTuple

from streams.core.facts import ALWAYS, CountedDossier, SupplementFact
from streams.core.reference import Reference
from streams.core.rules import Rules


class Promise(NamedTuple):
    """A due date and since when it is agreed: pauses that ended up to then are in it already."""

    due: int | None
    agreed_at: int


def promise(facts: CountedDossier, cutoff: int) -> Promise:
    """Return the due date in force at the cut-off, before any supplement rule.

    The newest of the dates set by supplements and apologies up to the cut-off, unless the plain due date
    (NgayHenTra) was stated after it and is later, or a correction came after it; else the plain due date,
    else the computed one.
    """
    renewed = max(_renewals(facts, cutoff), default=None)
    plain = facts.due_at
    if renewed is not None:
        agreed_at, due = renewed
        is_younger = facts.due_stated_at > agreed_at
        if not (is_younger and (facts.due_corrected or (plain is not None and plain > due))):
            return Promise(due, agreed_at)
    if plain is None:
        return Promise(facts.computed_due_at, ALWAYS)
    was_moved = facts.original_due_at is not None and plain > facts.original_due_at
    return Promise(plain, facts.due_stated_at if was_moved and not facts.due_corrected else ALWAYS)


def due_in_force(facts: CountedDossier, cutoff: int, reference: Reference, rules: Rules) -> int | None:
    """Return the due date to show at the cut-off; under `subtract` no pause ever moves it."""
    if rules.supplement_rule == "subtract":
        return promise(facts, cutoff).due
    return last_moment(facts, cutoff, cutoff, reference, rules)


def last_moment(
    facts: CountedDossier, cutoff: int, until: int, reference: Reference, rules: Rules
) -> int | None:
    """Return the last moment at which the dossier is on time, counting pauses that ended up to `until`.

    Subtracting pauses from the time used and adding them to the due date is the same comparison; so is the
    comparison of the time used with the procedure's maximum where no date is promised. None: no limit at all.
    """
    due, agreed_at = promise(facts, cutoff)
    if due is None:
        return None
    pauses = [
        entry
        for entry in facts.supplements
        if entry.completed_at is not None and agreed_at < entry.completed_at <= until
    ]
    if not pauses:
        return due
    if rules.supplement_rule == "restart":
        return _restarted(facts, due, max(entry.completed_at or 0 for entry in pauses), reference)
    return due + sum(_pause(entry) for entry in pauses)


def is_on_time(facts: CountedDossier, cutoff: int, reference: Reference, rules: Rules) -> bool:
    """Tell whether a dossier in process is on time at the cut-off T: the decision list of index-766.md, 2.1.

    1. ended by T: its end counts; 2. waiting for the first supplement: the moment of the request counts,
    without any pause; 3. waiting for a second one: late; 4. open otherwise: T counts. 5. in 1 and 4 pauses
    are taken off, unless a date was set after them. 6. equality is on time. 7. no due date: the procedure's
    maximum; without one, on time.
    """
    ended = facts.ended_at
    if ended is not None and ended <= cutoff:
        moment = ended
    else:
        asked = rounds_asked(facts, cutoff)
        waiting = [entry for entry in asked if entry.completed_at is None or entry.completed_at > cutoff]
        if waiting:
            due = promise(facts, cutoff).due
            return len(asked) == 1 and (due is None or (waiting[0].requested_at or 0) <= due)
        moment = cutoff
    last = last_moment(facts, cutoff, moment, reference, rules)
    return last is None or moment <= last


def is_waiting(facts: CountedDossier, cutoff: int) -> bool:
    """Tell whether an open dossier waits for a supplement at the cut-off (status 5)."""
    return any(
        entry.completed_at is None or entry.completed_at > cutoff for entry in rounds_asked(facts, cutoff)
    )


def rounds_asked(facts: CountedDossier, cutoff: int) -> list[SupplementFact]:
    """Return the supplement rounds asked for up to the cut-off; a completed round was asked for."""
    return [
        entry
        for entry in facts.supplements
        if (entry.requested_at is not None and entry.requested_at <= cutoff)
        or (entry.completed_at is not None and entry.completed_at <= cutoff)
    ]


def is_thanks_to_rescheduling(facts: CountedDossier, cutoff: int, reference: Reference, rules: Rules) -> bool:
    """Tell whether a dossier is on time at the cut-off only because its due date was moved."""
    first = facts.original_due_at
    if first is None or not is_on_time(facts, cutoff, reference, rules):
        return False
    moment = cutoff if facts.ended_at is None or facts.ended_at > cutoff else facts.ended_at
    pauses = sum(
        _pause(entry)
        for entry in facts.supplements
        if entry.completed_at is not None and entry.completed_at <= moment
    )
    return not is_waiting(facts, cutoff) and moment > first + pauses


def _renewals(facts: CountedDossier, cutoff: int) -> list[tuple[int, int]]:
    renewals = [
        (entry.completed_at, entry.due_after)
        for entry in facts.supplements
        if entry.completed_at is not None and entry.completed_at <= cutoff and entry.due_after is not None
    ]
    renewals += [
        (entry.apology_sent_at, entry.due_after)
        for entry in facts.reschedules
        if entry.apology_sent_at <= cutoff
    ]
    return renewals


def _pause(entry: SupplementFact) -> int:
    """The length of a pause; a round whose request is unknown, or after its completion, has none."""
    if entry.requested_at is None or entry.completed_at is None:
        return 0
    return max(0, entry.completed_at - entry.requested_at)


def _restarted(facts: CountedDossier, due: int, completed: int, reference: Reference) -> int:
    """The full time again from the completion: the procedure's maximum, else the working days promised."""
    again = reference.full_time(facts.procedure, completed)
    if again is not None:
        return again
    if facts.received_at is None:
        return due
    promised = facts.original_due_at if facts.original_due_at is not None else due
    days = reference.calendar.working_days_between(facts.received_at, promised)
    return reference.calendar.add_working_days(completed, days)
