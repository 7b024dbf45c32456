"""The times of a dossier, resolved from what was stated, hinted and corrected, and what ends it.

A correction wins over a stated time and a stated time over a hint (a status reported without its date). A
correction to nothing voids what was dated up to it; a time dated later stands, so that a reopened dossier can
be resolved again.
"""

from typing import NamedTuple

from streams.core.dossier_state import (
    FINISHED,
    RECEIVED,
    REFUSED,
    RETURNED,
    STOPPED,
    SUBMITTED,
    WITHDRAWN,
    DossierState,
)
from streams.core.registers import NO_TIME


class Times(NamedTuple):
    """The self-dated times of a dossier, epoch milliseconds UTC, None if not known."""

    submitted: int | None
    received: int | None
    refused: int | None
    finished: int | None
    returned: int | None
    withdrawn: int | None
    stopped: int | None

    @property
    def resolved(self) -> int | None:
        """Status 9, else 10."""
        return self.finished if self.finished is not None else self.returned

    @property
    def in_process(self) -> bool:
        """Whether the dossier was received, and not withdrawn before that without any result."""
        if self.received is None:
            return False
        return self.withdrawn is None or self.withdrawn >= self.received or self.resolved is not None

    @property
    def ended(self) -> int | None:
        """The end by the decision list of 2.1, item 1, never before the reception.

        Status 9, else 10, else the earliest of 8, 3 and 7; a refusal or withdrawal before reception ends
        nothing.
        """
        received, end = self.received, self.resolved
        if end is None:
            end = self.stopped
            for left in (self.refused, self.withdrawn):
                if left is None or (received is not None and left < received):
                    continue
                end = left if end is None else min(end, left)
        return end if end is None or received is None or end > received else received


def times_of(state: DossierState) -> Times:
    """Return the resolved times of a dossier."""
    if state.corrections is None and state.hints is None:
        return Times(
            state.submitted,
            state.received,
            state.refused,
            state.finished,
            state.returned,
            state.withdrawn,
            state.stopped,
        )
    return Times(
        _resolve(state, SUBMITTED, state.submitted),
        _resolve(state, RECEIVED, state.received),
        _resolve(state, REFUSED, state.refused),
        _resolve(state, FINISHED, state.finished),
        _resolve(state, RETURNED, state.returned),
        _resolve(state, WITHDRAWN, state.withdrawn),
        _resolve(state, STOPPED, state.stopped),
    )


def _resolve(state: DossierState, field: str, stated: int | None) -> int | None:
    hinted = None if state.hints is None else state.hints.get(field)
    correction = None if state.corrections is None else state.corrections.get(field)
    if correction is None:
        return stated if stated is not None else hinted
    at, _, value = correction
    if value != NO_TIME:
        return value
    return next((moment for moment in (stated, hinted) if moment is not None and moment > at), None)
