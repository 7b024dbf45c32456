"""Dossiers that are settled shrink to stubs: no figure changes, no event vanishes, and state stays bounded."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import Event
from schemas.partial import Cell, Partial
from streams.core.dossier_partition import DossierPartition
from streams.core.periods import is_closed, moment, parse_period
from streams.core.settlement import Closing, is_over, stub_in
from streams.core.state import facts_of, load
from tests.property.test_partition_properties import (
    EVENTS,
    GRACE_DAYS,
    PROCEDURE,
    REFERENCE,
    RULES,
    SHAPES,
    START,
    event,
)

HOUR = 3_600_000
YEARS_LATER = [24 * 120, 24 * 250, 24 * 300, 24 * 400]

LATE_EVENTS = st.builds(
    lambda shape, dossier, hours: event(shape[0], dossier, "P.A", hours, **shape[1]),
    st.sampled_from(SHAPES),
    st.integers(1, 4),
    st.sampled_from([0, 200, 24 * 200, 24 * 330, 24 * 500]),
)
STEPS = st.lists(
    st.one_of(
        st.lists(EVENTS, max_size=6),
        st.lists(LATE_EVENTS, max_size=4),
        st.sampled_from(YEARS_LATER),
        st.integers(1, 24 * 25),
    ),
    max_size=14,
)


class Log:
    """A partition with its log of events and the clock it was told between them."""

    def __init__(self, *, shrinking: bool) -> None:
        self.states: dict[str, bytes] = {}
        self.cells: dict[str, Partial] = {}
        self.late: list[int] = []
        self.offset = -1
        self._shrinking = shrinking
        self.partition = self.opened(moment(START), None)

    def opened(self, as_of: int, closing: Closing | None) -> DossierPartition:
        return DossierPartition(
            0,
            stored=self.states.get,
            reference=REFERENCE,
            rules=RULES,
            grace_days=GRACE_DAYS,
            as_of=as_of,
            incarnation=1,
            offset=self.offset,
            closing=closing,
        )

    def run(self, steps: Iterable[Any]) -> None:
        for step in steps:
            if isinstance(step, int):
                self.partition.advance(self.partition.as_of + step * HOUR)
            else:
                self.merge(step)
            self.publish()

    def merge(self, events: Sequence[Event]) -> list[tuple[int, Event]]:
        batch = []
        for one in events:
            self.offset += 1
            batch.append((self.offset, one))
        self.deliver(batch)
        return batch

    def deliver(self, batch: list[tuple[int, Event]]) -> None:
        self.states.update(self.partition.merge(batch))
        self.late += self.partition.take_late()

    def publish(self) -> None:
        if self._shrinking:
            self.states.update(self.partition.shrink(3))
        self.cells.update({partial.unit: partial for partial in self.partition.flush()})

    def published(self) -> dict[tuple[str, str], Cell]:
        """The newest cell of every unit and period that is open."""
        return {
            (unit, key): cell
            for unit, partial in self.cells.items()
            for key, cell in partial.cells.items()
            if not is_closed(parse_period(key), self.partition.as_of, GRACE_DAYS)
        }

    def restart(self) -> None:
        """A new life from what is stored, and from the mark."""
        self.partition = self.opened(self.partition.as_of, self.partition.closing)
        self.partition.rebuild(list(self.states))

    def full(self) -> set[str]:
        return {key for key, stored in self.states.items() if stub_in(stored) is None}


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_shrinking_changes_no_cell_and_refuses_no_other_event(steps: list[Any]) -> None:
    shrinking, whole = Log(shrinking=True), Log(shrinking=False)
    for log in (shrinking, whole):
        log.run(steps)
    assert shrinking.published() == whole.published()
    assert shrinking.late == whole.late
    for key in shrinking.full():
        assert shrinking.states[key] == whole.states[key]


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(0, 14), st.booleans())
def test_a_restart_at_any_step_changes_no_cell_and_no_refusal(steps: list[Any], at: int, stubs: bool) -> None:
    through, restarted = Log(shrinking=False), Log(shrinking=stubs)
    through.run(steps)
    restarted.run(steps[:at])
    restarted.restart()
    restarted.publish()
    restarted.run(steps[at:])
    assert restarted.published() == through.published()
    assert restarted.late == through.late


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_a_batch_that_is_read_again_changes_nothing_and_is_refused_alike(steps: list[Any]) -> None:
    log = Log(shrinking=True)
    delivered: list[tuple[int, Event]] = []
    for step in steps:
        if isinstance(step, int):
            log.run([step])
        else:
            delivered += log.merge(step)
            log.publish()
    for _ in range(6):
        log.publish()
    before, late, cells = dict(log.states), sorted(log.late), log.published()
    log.late.clear()
    log.deliver(delivered)
    log.publish()
    assert log.late == late
    assert log.states == before
    assert log.published() == cells


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_only_what_counts_in_no_open_period_shrinks_and_all_of_it_does(steps: list[Any]) -> None:
    log, whole = Log(shrinking=True), Log(shrinking=False)
    log.run(steps)
    whole.run(steps)
    for _ in range(6):
        log.publish()
    closing = log.partition.closing
    for key, stored in whole.states.items():
        state = load(key, stored)
        settled = state.offset <= closing.offset and is_over(facts_of(state, REFERENCE), closing.horizon)
        assert (stub_in(log.states[key]) is not None) == settled, key
        counted = whole.partition.snapshot()[key].entries
        if settled:
            opened = whole.opened(whole.partition.as_of, closing)
            opened.rebuild([key])
            assert not [partial for partial in opened.flush() if partial.cells], counted


def _life(number: int, day: int) -> list[Event]:
    """A dossier that comes on a day and is resolved five days later."""
    came, ended = 24 * day, 24 * (day + 5)
    return [
        event(
            "dossier.received",
            number,
            "P.A",
            came,
            procedure_code=PROCEDURE,
            received_at="AT",
            due_at="LATER",
        ),
        event("dossier.resolved", number, "P.A", ended, finished_at="AT"),
    ]


def test_after_three_years_the_full_states_are_those_of_the_year_that_is_open() -> None:
    log = Log(shrinking=True)
    number = 0
    for day in range(3 * 365):
        for _ in range(4):
            number += 1
            log.merge(_life(number, day))
        log.partition.advance(moment(START + timedelta(days=day + 6)))
        log.publish()
    for _ in range(number // 3):
        log.publish()
    started = log.partition.as_of - 3 * 365 * 24 * HOUR
    assert started > 0
    open_days = (log.partition.as_of - log.partition.closing.horizon) // (24 * HOUR)
    assert number == 4 * 3 * 365
    assert 4 * (open_days - 7) <= len(log.full()) <= 4 * (open_days + 1)
    assert len(log.partition.snapshot()) == len(log.full())
    assert len(log.states) == number
    assert not log.late
