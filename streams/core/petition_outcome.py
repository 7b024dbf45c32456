"""How a petition stands at a moment, and whether it is inside the limit of its outcome (5.2).

| outcome | limit, working days | measured at |
|---|---:|---|
| refused, or sent back | 2 | refusal, return |
| supplement asked (and nothing after it) | 5 | the first request |
| answered | 15 | waiting to publish reached |
| published | 2 more | from waiting to publish to published, or to T while unpublished |
| open | 15 | T |

The clock starts when the citizen sends directly, else at the last transfer by the Government Office or
another agency, which starts it anew: an outcome before that is of an earlier round. Moments are epoch
milliseconds UTC.
"""

from typing import Literal, NamedTuple

from streams.core.calendar import WorkingCalendar
from streams.core.facts import PetitionFacts

REFUSE_DAYS, SUPPLEMENT_DAYS, ANSWER_DAYS, PUBLISH_DAYS = 2, 5, 15, 2


class Outcome(NamedTuple):
    """What a petition came to by a moment, and when."""

    kind: Literal["refused", "answered", "supplement", "open"]
    at: int | None


def clock_start(facts: PetitionFacts, cutoff: int) -> int | None:
    """Return when the clock started that runs at the cut-off; None if no start is known."""
    handed = [
        entry.transferred_at
        for entry in facts.transfers
        if entry.by_agency and entry.transferred_at <= cutoff
    ]
    return max(handed) if handed else facts.sent_at if facts.sent_at is not None else facts.received_at


def outcome(facts: PetitionFacts, cutoff: int) -> Outcome:
    """Return the newest outcome dated up to the cut-off: an answer or refusal, else a request, else none."""
    start = clock_start(facts, cutoff)
    answered = facts.answered_at if facts.answered_at is not None else facts.published_at
    ends = (
        (facts.refused_at, "refused"),
        (facts.returned_at, "refused"),
        (answered, "answered"),
    )
    best = Outcome("open", None)
    for at, kind in ends:
        if at is not None and _in_round(at, start, cutoff) and (best.at is None or at >= best.at):
            best = Outcome("answered" if kind == "answered" else "refused", at)
    asked = facts.supplement_requested_at
    if best.at is None and asked is not None and _in_round(asked, start, cutoff):
        return Outcome("supplement", asked)
    return best


def is_on_time(facts: PetitionFacts, cutoff: int, calendar: WorkingCalendar) -> bool:
    """Tell whether a petition is inside its limits at the cut-off; without a known start it is."""
    start = clock_start(facts, cutoff)
    if start is None:
        return True
    kind, at = outcome(facts, cutoff)
    match kind:
        case "refused":
            return at is not None and at <= calendar.add_working_days(start, REFUSE_DAYS)
        case "supplement":
            return at is not None and at <= calendar.add_working_days(start, SUPPLEMENT_DAYS)
        case "open":
            return cutoff <= calendar.add_working_days(start, ANSWER_DAYS)
        case "answered":
            in_time = at is not None and at <= calendar.add_working_days(start, ANSWER_DAYS)
            return in_time and _published_on_time(facts, cutoff, calendar)


def next_limit(facts: PetitionFacts, cutoff: int, calendar: WorkingCalendar) -> int | None:
    """Return the end of the limit that runs at the cut-off (to answer, to publish), None if none runs."""
    start = clock_start(facts, cutoff)
    kind, _ = outcome(facts, cutoff)
    if kind == "open" and start is not None:
        return calendar.add_working_days(start, ANSWER_DAYS)
    if kind == "answered" and facts.answered_at is not None and not _is_published(facts, cutoff):
        return calendar.add_working_days(facts.answered_at, PUBLISH_DAYS)
    return None


def _in_round(at: int, start: int | None, cutoff: int) -> bool:
    return at <= cutoff and (start is None or at >= start)


def _is_published(facts: PetitionFacts, cutoff: int) -> bool:
    return facts.published_at is not None and facts.published_at <= cutoff


def _published_on_time(facts: PetitionFacts, cutoff: int, calendar: WorkingCalendar) -> bool:
    """A petition published without an answer of its own date was answered by publishing."""
    if facts.answered_at is None:
        return True
    measured = facts.published_at
    if measured is None or measured > cutoff:
        measured = cutoff
    return measured <= calendar.add_working_days(facts.answered_at, PUBLISH_DAYS)
