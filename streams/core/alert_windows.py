"""When a dossier is cause for alarm: for every cause the window of time in which it lasts if no event comes.

Pure: from the facts as they are known and the moment they are looked at. Source dates win, computed ones are marked.
While a dossier waits for a supplement its clock stands, and so do the alerts about its dates. Moments are epoch
milliseconds UTC; a window is half open.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.alerts import AlertKind
from streams.core.alert_rules import AlertRules
from streams.core.calendar import WorkingCalendar
from streams.core.deadlines import last_moment, promise, rounds_asked
from streams.core.facts import NEVER, DossierFacts, StageFact, SupplementFact
from streams.core.periods import DAY_MS
from streams.core.reference import Reference
from streams.core.rules import Rules

_PERCENT: Final = 100


class Window(NamedTuple):
    """One cause and how long it lasts.

    `due` is the deadline it is about (with kind and subject it is the identity of the alert), `since` the moment at
    which the alert has to be raised; `begins` and `ends` bound the time in which it is in force.
    """

    kind: AlertKind
    begins: int
    ends: int
    due: int
    since: int
    stage_id: str | None = None
    subject: str | None = None
    computed: bool = False


class Law(NamedTuple):
    """All that the judgement needs besides the facts."""

    reference: Reference
    rules: Rules
    alerts: AlertRules

    @property
    def calendar(self) -> WorkingCalendar:
        """Return the working calendar."""
        return self.reference.calendar


def dossier_windows(facts: DossierFacts, as_of: int, law: Law) -> Iterator[Window]:
    """Give the windows of a dossier, as it is known and stands at a moment; those that are over may be among them."""
    received, ended = facts.received_at, facts.ended_at
    if received is None or received > as_of or not facts.in_process:
        return
    if ended is not None and ended <= as_of:
        yield from _unsynced(facts, ended, law)
        return
    asked = rounds_asked(facts, as_of)
    waiting = [entry for entry in asked if entry.completed_at is None or entry.completed_at > as_of]
    if waiting:
        yield from _waiting(facts, asked, waiting[0], as_of, law)
        return
    due = last_moment(facts, as_of, as_of, law.reference, law.rules)
    if due is not None:
        yield from _dated(facts, received, due, as_of, law.calendar)
    if facts.stages:
        yield from _stages(facts, received, due, as_of, law)


def _dated(
    facts: DossierFacts, received: int, due: int, as_of: int, calendar: WorkingCalendar
) -> Iterator[Window]:
    """Due on the next working day, due today, late; after an apology, late again."""
    moved = [entry.due_after for entry in facts.reschedules if entry.apology_sent_at <= as_of]
    computed = facts.due_at is None and promise(facts, as_of).due == facts.computed_due_at and not moved
    today = calendar.opening(due)
    day_before = calendar.opening(today - 1)
    if received <= day_before:
        yield Window("dossier_due_tomorrow", day_before, today, due, day_before, computed=computed)
    begins = today if received <= today else _part_of(received, due, 50, calendar)
    yield Window("dossier_due_today", begins, due + 1, due, begins, computed=computed)
    late: AlertKind = "dossier_late_again" if moved else "dossier_late"
    yield Window(late, due + 1, NEVER, due, due, computed=computed)


def _waiting(
    facts: DossierFacts, asked: list[SupplementFact], first: SupplementFact, as_of: int, law: Law
) -> Iterator[Window]:
    """A second request counts as late; a first one stops the clock, unless it came after the due date."""
    requested = max(entry.requested_at or entry.completed_at or 0 for entry in asked)
    if len(asked) > 1:
        yield Window("second_supplement", requested, NEVER, requested, requested)
    else:
        due = promise(facts, as_of).due
        if due is not None and requested > due:
            moved = any(entry.apology_sent_at <= as_of for entry in facts.reschedules)
            yield Window("dossier_late_again" if moved else "dossier_late", due + 1, NEVER, due, due)
    if first.requested_at is not None:
        until = first.requested_at + law.alerts.supplement_days * DAY_MS
        yield Window("supplement_unanswered", until, NEVER, until, until, subject=first.round_id)


def _unsynced(facts: DossierFacts, ended: int, law: Law) -> Iterator[Window]:
    """Resolved, and the national portal has not accepted it after some working hours."""
    if facts.finished_at is None and facts.returned_at is None:
        return
    until = law.calendar.add_working_hours(ended, law.alerts.sync_hours)
    if facts.synced_at is None or facts.synced_at > until:
        ends = NEVER if facts.synced_at is None else facts.synced_at
        yield Window("resolved_not_synced", until, ends, until, until)


def _stages(facts: DossierFacts, received: int, due: int | None, as_of: int, law: Law) -> Iterator[Window]:
    """Stages that are open: a stage whose end no source tells is over when a later one has begun."""
    latest = max(
        (
            stage.started_at
            for stage in facts.stages
            if stage.started_at is not None and stage.started_at <= as_of
        ),
        default=received,
    )
    for stage in facts.stages:
        started = received if stage.started_at is None else stage.started_at
        over = stage.finished_at if stage.finished_at is not None else (latest if started < latest else NEVER)
        if started > as_of or over <= as_of:
            continue
        limit, computed = _stage_limit(facts, stage, started, due, law)
        if limit is None:
            continue
        warned = _part_of(started, limit, law.alerts.stage_percent, law.calendar)
        yield Window("stage_80_percent", warned, limit + 1, limit, warned, stage.stage_id, None, computed)
        yield Window("stage_late", limit + 1, NEVER, limit, limit, stage.stage_id, None, computed)


def _stage_limit(
    facts: DossierFacts, stage: StageFact, started: int, due: int | None, law: Law
) -> tuple[int | None, bool]:
    """Return the deadline of a stage, and whether it was computed: a share of the dossier's time, within its date.

    A pause for a supplement that lies in the stage moves a date that the source sent before it.
    """
    if stage.due_at is not None:
        return stage.due_at + _pauses(facts, started), False
    if due is None or facts.received_at is None:
        return None, False
    whole = law.calendar.working_time(facts.received_at, due)
    return min(due, law.calendar.add_working_time(started, whole * law.alerts.stage_share // _PERCENT)), True


def _pauses(facts: DossierFacts, started: int) -> int:
    return sum(
        entry.completed_at - entry.requested_at
        for entry in facts.supplements
        if entry.requested_at is not None
        and entry.completed_at is not None
        and started <= entry.requested_at < entry.completed_at
    )


def _part_of(begins: int, ends: int, percent: int, calendar: WorkingCalendar) -> int:
    """Return when a part of the working time between two moments is used; of all time where none of it is worked."""
    worked = calendar.working_time(begins, ends)
    if worked:
        return min(ends, calendar.add_working_time(begins, worked * percent // _PERCENT))
    return begins + max(0, ends - begins) * percent // _PERCENT
