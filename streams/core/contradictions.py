"""Contradictions between events of one dossier: flags derived from the state, never a reason to refuse."""

from typing import Final

from streams.core.dossier_state import DossierState, Round
from streams.core.dossier_times import Times
from streams.core.facts import RescheduleFact
from streams.core.periods import DAY_MS

APOLOGY_LEAD_MS: Final = DAY_MS


def contradictions_of(
    state: DossierState, times: Times, due: int | None, reschedules: tuple[RescheduleFact, ...]
) -> tuple[str, ...]:
    """Return the names of the contradictions of a dossier, in a fixed order."""
    found: list[str] = []
    _, received, _, finished, returned, withdrawn, stopped = times
    if received is None:
        if finished is not None or returned is not None:
            found.append("ended_without_reception")
    else:
        if (
            (finished is not None and finished < received)
            or (returned is not None and returned < received)
            or (stopped is not None and stopped < received)
        ):
            found.append("finished_before_received")
        if withdrawn is not None and withdrawn < received:
            found.append("withdrawn_before_received")
        if due is not None and due < received:
            found.append("due_before_received")
    if finished is not None and returned is not None and returned < finished:
        found.append("returned_before_finished")
    if state.undated_end is not None and finished is None and returned is None:
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
    """At most one rescheduling, its apology a day before the date it replaces (Decree 118/2025, art. 19(6)).

    By local press the same held under Decree 61/2018, whose text was not found.
    """
    found = ["rescheduled_twice"] if len(reschedules) > 1 else []
    for entry in reschedules:
        replaced = entry.due_before if entry.due_before is not None else first_due
        if replaced is not None and entry.apology_sent_at > replaced - APOLOGY_LEAD_MS:
            is_after = entry.apology_sent_at > replaced
            return [*found, "rescheduled_after_due" if is_after else "apology_less_than_a_day_before"]
    return found
