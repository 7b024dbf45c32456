"""The counters that no event moves: CATALOGUE_COUNTERS of a unit in a period, from reference data alone.

Limits in working days between decision, legal effect and publication (index-766.md, 1.1 and 1.2): a
province's own decision (QĐCB đặc thù) must be signed 5 working days before legal effect and published within
5; a ministry's 20 and 10. Periods are `[start, end)` in epoch milliseconds UTC, evaluated at the cut-off T.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from schemas.decision import Decision
from streams.core.calendar import WorkingCalendar
from streams.core.catalogue import Procedure, Scope
from streams.core.instants import instant
from streams.core.periods import date_of, day_of, day_start, local_day

_NAMED = frozenset({"public", "public_amended", "repealed"})
_PUBLIC = frozenset({"public", "public_amended"})
_SIGN_DAYS = {True: 5, False: 20}
_PUBLISH_DAYS = {True: 5, False: 10}
_MONTH_DAYS, _QUARTER_DAYS, _YEAR_DAYS = range(28, 32), range(90, 93), range(365, 367)
_PARTS_OF_YEAR = ((_MONTH_DAYS, 12), (_QUARTER_DAYS, 4), (_YEAR_DAYS, 1))


class Window(NamedTuple):
    """A period and the moment at which it is evaluated."""

    start: int
    end: int
    cutoff: int


class Announcement(NamedTuple):
    """A decision that announces a procedure, with its limits: what the calendar says of it at every cut-off."""

    signed: int
    is_signed_on_time: bool
    published: int | None
    deadline: int


def announcements_of(decisions: Iterable[Decision], calendar: WorkingCalendar) -> tuple[Announcement, ...]:
    """Return the decisions that announce one procedure, with their limits."""
    return tuple(_announcement(decision, calendar) for decision in decisions)


def is_named(procedure: Procedure) -> bool:
    """Tell whether the portal names a procedure, if only as repealed."""
    return procedure.public_status in _NAMED


def decision_counters(procedures: Iterable[Sequence[Announcement]], window: Window) -> dict[str, int]:
    """Return numerators and denominators of PUBLISH_ON_TIME (1.1) and PUBLIC_UPDATE_ON_TIME (1.2)."""
    decided = decided_on_time = due = published_on_time = 0
    for decisions in procedures:
        signed = [each.is_signed_on_time for each in decisions if _signed_in(each, window)]
        decided += bool(signed)
        decided_on_time += bool(signed) and all(signed)
        verdicts = (_published(each, window) for each in decisions)
        updates = [verdict for verdict in verdicts if verdict is not None]
        due += bool(updates)
        published_on_time += bool(updates) and all(updates)
    return {
        "procedures_decided": decided,
        "procedures_decided_on_time": decided_on_time,
        "procedures_publication_due": due,
        "procedures_published_on_time": published_on_time,
    }


def scope_counters(scope: Scope) -> dict[str, int]:
    """Return what a unit's catalogue holds (1.3, 3.1, 3.2, 3.5, 4.5a), without what is repealed."""
    public = [each for each in scope.procedures if each.public_status in _PUBLIC]
    authority = [each for each in scope.procedures if each.public_status != "repealed"]
    return {
        "procedures_public": len(public),
        "procedures_public_full": sum(each.seven_parts_complete for each in public),
        "procedures_authority": len(authority),
        "procedures_online": sum(_is_online(each) for each in authority),
        "services_applied": len(scope.services),
        "fee_procedures": sum(each.has_fee for each in authority),
        "citizen_procedures": sum(each.citizen_subject for each in authority),
    }


def sync_expected(reported: Mapping[str, int], window: Window, received: int) -> int:
    """Return the denominator of DOSSIER_SYNC (1.4): the larger of reported and received dossiers.

    If both are 0: the previous year's reported total over 12, 4 or 1, rounded up; 0 if there is none, and for
    a rolling window.
    """
    first, after = date_of(local_day(window.start)), date_of(local_day(window.end))
    days = local_day(window.end - 1) - local_day(window.start) + 1
    for lengths, parts in _PARTS_OF_YEAR:
        if days in lengths and first.day == after.day == 1:
            key = {12: f"{first.year}-{first.month:02}", 4: f"{first.year}-Q{(first.month + 2) // 3}"}
            expected = max(received, reported.get(key.get(parts, str(first.year)), 0))
            return expected or -(-reported.get(str(first.year - 1), 0) // parts)
    return received


def _is_online(procedure: Procedure) -> bool:
    return procedure.service_level != "none"


def _announcement(decision: Decision, calendar: WorkingCalendar) -> Announcement:
    """A decision that waits for no legal effect cannot be signed late."""
    signed = day_start(day_of(decision.decision_date))
    last_day = local_day(calendar.add_working_days(signed, _PUBLISH_DAYS[decision.specific]))
    is_signed_on_time = True
    if decision.legal_effective_date is not None:
        effective = day_start(day_of(decision.legal_effective_date))
        is_signed_on_time = calendar.add_working_days(signed, _SIGN_DAYS[decision.specific]) <= effective
    published = None if decision.published_at is None else instant(decision.published_at)
    return Announcement(signed, is_signed_on_time, published, day_start(last_day + 1) - 1)


def _signed_in(decision: Announcement, window: Window) -> bool:
    return window.start <= decision.signed <= min(window.end - 1, window.cutoff)


def _published(decision: Announcement, window: Window) -> bool | None:
    """Whether a decision was published on time; None if it does not concern the period.

    It does if it was published in the period, if its deadline fell into it, or if the deadline passed before
    and it is still unpublished at the cut-off.
    """
    published, deadline = decision.published, decision.deadline
    if published is None or published > window.cutoff:
        return None if deadline > window.cutoff else False
    if window.start <= published < window.end or window.start <= deadline <= window.cutoff:
        return published <= deadline
    return None
