"""How the contribution of one dossier or petition to one unit's period moved between two moments, and why.

Its events are joined in the order in which they reached us (`recorded_at`, then place in the log); between them the
clock alone may move it (a due date passes). What was known by the first moment is where it starts from. Moments are
epoch milliseconds UTC.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from schemas.events import Event
from streams.core.evaluation import flip_after, mask_in
from streams.core.periods import Period
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.state import State, facts_of, load, merge_event

CLOCK: Final = "clock"
"""Cause of a change that came with time alone."""
REFERENCE: Final = "reference"
"""Cause of a change that came with other reference data (a unit closed, a procedure's fee began)."""


class Told(NamedTuple):
    """One event with the moment it reached us and its place in the log; ordered by these."""

    at: int
    partition: int
    offset: int
    event: Event


class Contribution(NamedTuple):
    """What one dossier or petition adds to the unit: a mask, and the codes that presence is counted by."""

    mask: int
    procedure: str
    services: tuple[str, ...]


NOTHING: Final = Contribution(0, "", ())


class Change(NamedTuple):
    """A contribution that moved, with its cause: the type of an event, `clock` or `reference`; in log order."""

    at: int
    partition: int
    offset: int
    key: str
    cause: str
    before: Contribution
    after: Contribution


class Span(NamedTuple):
    """What is explained: a unit, a period, from one moment (known by then) to another."""

    unit: str
    period: Period
    start: int
    end: int


class History(NamedTuple):
    """What a dossier or petition added at the start of a span, and every change up to its end."""

    first: Contribution
    changes: tuple[Change, ...]


class Historian:
    """Tells histories of one span under one reference and rules."""

    def __init__(self, span: Span, reference: Reference, rules: Rules) -> None:
        self._span = span
        self._reference = reference
        self._rules = rules

    def history(self, key: str, told: Sequence[Told]) -> History:
        """Return the history of a state key (`d:` or `p:` and the code) from its events, in any order."""
        span, state = self._span, load(key, None)
        ordered = sorted(told, key=lambda one: one[:3])
        known = [one for one in ordered if one.at <= span.start]
        for one in known:
            merge_event(state, one.event, one.offset)
        first = held = self._contribution(state, span.start)
        changes: list[Change] = []
        for at, partition, offset, cause in self._moments(state, ordered[len(known) :]):
            now = self._contribution(state, at)
            if now != held:
                changes.append(Change(at, partition, offset, key, cause, held, now))
                held = now
        return History(first, tuple(changes))

    def _moments(self, state: State, coming: Sequence[Told]) -> Iterator[tuple[int, int, int, str]]:
        """Give each moment at which the contribution may move, the state joined with what came by then."""
        now, place = self._span.start, (-1, -1)
        for one in coming:
            if one.at > self._span.end:
                break
            yield from ((at, *place, CLOCK) for at in self._flips(state, now, one.at))
            merge_event(state, one.event, one.offset)
            now, place = one.at, (one.partition, one.offset)
            yield now, *place, one.event.type
        yield from ((at, *place, CLOCK) for at in self._flips(state, now, self._span.end))
        yield self._span.end, *place, REFERENCE

    def _flips(self, state: State, after: int, until: int) -> Iterator[int]:
        facts = facts_of(state, self._reference)
        last = self._span.period.cutoff(until)
        at = flip_after(facts, after, self._reference, self._rules)
        while at is not None and at <= last:
            yield at
            at = flip_after(facts, at, self._reference, self._rules)

    def _contribution(self, state: State, as_of: int) -> Contribution:
        period, reference = self._span.period, self._reference
        cutoff = period.cutoff(as_of)
        facts = facts_of(state, reference)
        mask = mask_in(facts, period.start, period.end, cutoff, reference, self._rules)
        if not mask:
            return NOTHING
        holder = facts.holder(cutoff)
        if self._span.unit not in reference.chain(holder, cutoff):
            return NOTHING
        procedure = facts.procedure or ""
        services = reference.services(procedure, holder, cutoff) if procedure else ()
        return Contribution(mask, procedure, services)
