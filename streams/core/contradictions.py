"""Contradictions between events of one dossier: flags derived from what is known, never a reason to refuse an event."""

from streams.core.dossier_state import DossierState, Round
from streams.core.dossier_times import Times
from streams.core.facts import RescheduleFact


def contradictions_of(
    state: DossierState, times: Times, due: int | None, reschedules: tuple[RescheduleFact, ...]
) -> tuple[str, ...]:
    """Return the names of the contradictions of a dossier, in a fixed order."""
    found: list[str] = []
    received, resolved = times.received, times.resolved
    if received is None:
        if resolved is not None:
            found.append("ended_without_reception")
    else:
        ends = (times.finished, times.returned, times.stopped)
        if any(moment is not None and moment < received for moment in ends):
            found.append("finished_before_received")
        if times.withdrawn is not None and times.withdrawn < received:
            found.append("withdrawn_before_received")
        if due is not None and due < received:
            found.append("due_before_received")
    if times.finished is not None and times.returned is not None and times.returned < times.finished:
        found.append("returned_before_finished")
    if state.undated_end is not None and resolved is None:
        found.append("status_without_date")
    if state.supplements is not None:
        found.extend(_of_rounds(state.supplements))
    if reschedules:
        found.extend(_of_reschedules(reschedules, None if state.due_first is None else state.due_first[2]))
    return tuple(found)


def _of_rounds(supplements: dict[str, Round]) -> list[str]:
    found = []
    if any(entry.completed != entry.completed_last for entry in supplements.values()):
        found.append("supplement_completed_twice")
    if any(
        entry.completed is not None and entry.requested is not None and entry.completed < entry.requested
        for entry in supplements.values()
    ):
        found.append("supplement_completed_before_requested")
    return found


def _of_reschedules(reschedules: tuple[RescheduleFact, ...], first_due: int | None) -> list[str]:
    """At most one rescheduling, sent before the date it replaces (Decree 118/2025, art. 19(6))."""
    found = ["rescheduled_twice"] if len(reschedules) > 1 else []
    for entry in reschedules:
        replaced = entry.due_before if entry.due_before is not None else first_due
        if replaced is not None and entry.apology_sent_at > replaced:
            return [*found, "rescheduled_after_due"]
    return found
