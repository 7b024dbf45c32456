"""One partition of dossiers: merges events into states, keeps partial tallies, moves them with the clock.

Everything here but the encoded states is derived, and rebuilt from them after a restart. The shell gives it batches,
a way to read stored states, and the time; it gives back encoded states to log and absolute partials to publish.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from schemas.events import Event
from schemas.partial import PARTIAL_VERSION, Closed, FinalPartial, Partial, SourceClock
from streams.core.alert_book import AlertBook, Place
from streams.core.evaluation import Facts, Spans, entries, flip_after
from streams.core.facts import CountedDossier
from streams.core.periods import DAY_MS, Period, calendar_periods, is_closed, local_day, open_periods
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.schedule import Schedule
from streams.core.settlement import STUB_HEAD, Closing, decode_stub, encode_stub, horizon_at, is_over, stub_in
from streams.core.state import State, counted_of, encode_state, facts_of, load, merge_event, subjects
from streams.core.tally_book import OPEN_BUCKET, Entry, TallyBook
from streams.core.unit_lookup import UnitLookup

Stored = Callable[[str], bytes | None]


class Counted(msgspec.Struct, frozen=True, gc=False):
    """Where a dossier counts: its procedure and its entries, which are one object for all that count alike."""

    procedure: str
    entries: tuple[Entry, ...]


NOWHERE: Final = Counted("", ())

MOST_HELD: Final = 4_000
"""Changed states kept decoded until they are evaluated; of more only the keys, and the store is read again."""


class DossierPartition:
    """The derived state of one source partition at one moment of its clock (`as_of`, epoch ms).

    `is_behind` says that events are unread which it had better know: no alert is judged before.
    """

    def __init__(  # noqa: PLR0913  (a value object's parts, all needed, all named at the call)
        self,
        number: int,
        *,
        stored: Stored,
        reference: Reference,
        rules: Rules,
        grace_days: int,
        as_of: int,
        incarnation: int,
        offset: int = -1,
        ended: bool = False,
        closing: Closing | None = None,
        interned: dict[Any, Any] | None = None,
        alerts: AlertBook | None = None,
    ) -> None:
        """Begin with nothing derived; `interned` keeps equal values once for all partitions that share it."""
        self.number = number
        self.as_of = as_of
        self.incarnation = incarnation
        self.offset = offset
        self.ended = ended
        self.alerts = alerts
        self._stored = stored
        self._reference = reference
        self._rules = rules
        self._grace_days = grace_days
        self._closings: list[FinalPartial | Closed] = []
        self._computed_due: dict[str, int] = {}
        self._redated: set[str] = set()
        self._late: list[int] = []
        self.is_behind = False
        self._to_shrink: list[str] = []
        self._interned: dict[Any, Any] = {} if interned is None else interned
        self.closing = closing or Closing(horizon_at(as_of, grace_days), -1)
        self._start_over()

    def _start_over(self) -> None:
        self._periods: tuple[Period, ...] = open_periods(self.as_of, self._grace_days)
        self._spans = Spans(self._periods, self.as_of)
        self._book = TallyBook(local_day(self.as_of), (period.key for period in self._periods))
        self._applied: dict[str, Counted] = {}
        self._pending: dict[str, State | None] = {}
        self._unheard: set[str] = set()
        self._flips = Schedule()
        self._lookup = UnitLookup(self._reference, lambda: self.as_of)

    # ---------------------------------------------------------------- events

    def merge(self, events: Sequence[tuple[int, Event]]) -> dict[str, bytes]:
        """Merge a batch of (source offset, event) in order; return the encoded state of every subject touched.

        An event whose subjects are all settled is late and changes nothing: see `take_late`.
        """
        touched: dict[str, State] = {}
        stubs: dict[str, bytes] = {}
        last_closed = self.closing.offset
        for offset, event in events:
            keys, settled = subjects(event), 0
            for key in keys:
                state = touched.get(key) or self._pending.get(key)
                if state is None:
                    stored = self._stored(key)
                    if stored is not None and stored.startswith(STUB_HEAD):
                        stubs[key] = stored
                        settled += offset > decode_stub(stored).settled
                        continue
                    state = load(key, stored)
                if 0 <= state.offset <= last_closed < offset and self._is_over(state):
                    settled += 1
                    continue
                touched[key] = state
                merge_event(state, event, offset)
            if keys and settled == len(keys):
                self._late.append(offset)
            self.offset = offset
        self._unheard.difference_update(touched)
        self._pending.update(touched if len(self._pending) < MOST_HELD else dict.fromkeys(touched))
        return stubs | {key: encode_state(state) for key, state in touched.items()}

    def take_late(self) -> list[int]:
        """Return the offsets of the events that came too late since the last call: to be refused as settled."""
        late, self._late = self._late, []
        return late

    def shrink(self, most: int) -> dict[str, bytes]:
        """Look at `most` dossiers that may be settled since the horizon moved; return the stubs of those that are.

        They count nowhere, so nothing derived is kept of them. The caller stores and logs the stubs.
        """
        stubs: dict[str, bytes] = {}
        for key in self._to_shrink[-most:]:
            stored = self._stored(key)
            if stored is None or stub_in(stored) is not None:
                continue
            state = self._pending.get(key) or load(key, stored)
            if state.offset <= self.closing.offset and self._is_over(state):
                stubs[key] = encode_stub(state.code, state.offset, self.closing.offset)
                self._drop(key)
        del self._to_shrink[-most:]
        return stubs

    def _is_over(self, state: State) -> bool:
        return is_over(counted_of(state, self._reference), self.closing.horizon)

    def _drop(self, key: str) -> None:
        """Keep nothing derived of a dossier; in periods that are open it counted nowhere."""
        then = self._applied.pop(key, NOWHERE)
        self._book.move(then.entries, then.procedure, -1)
        self._pending.pop(key, None)
        self._flips.set(key, None)
        self._computed_due.pop(key, None)
        if self.alerts is not None:
            self.alerts.drop(key, self._place())

    def skip(self, offset: int) -> None:
        """Count a source offset that changes no state (a dead letter or a tick)."""
        self.offset = offset

    # ----------------------------------------------------------------- clock

    def advance(self, as_of: int) -> None:
        """Move the clock forward: open and close periods, slide the rolling windows; never backwards.

        What was merged before counts in a period that closes now: see `take_closings`.
        """
        if as_of <= self.as_of:
            return
        if self.as_of > 0:
            for end in self._ends_of_what_closes(as_of):
                self._step(end - 1)
        self._step(as_of)

    @property
    def closes_at(self) -> int:
        """The moment (epoch ms) at which the next period closes."""
        return min(period.end for period in self._periods) + self._grace_days * DAY_MS

    def closes_by(self, as_of: int) -> bool:
        """Tell whether a period closes on the way to a moment: `advance` evaluates all that is pending before."""
        return self.as_of > 0 and as_of >= self.closes_at

    def _ends_of_what_closes(self, as_of: int) -> list[int]:
        """Return the ends of the periods that run or begin before `as_of`, and close in one leap.

        Each is seen at its last moment first, also one that a clock slept over as a whole. A quarter and a year end
        with a month.
        """
        ends: list[int] = []
        month = calendar_periods(self.as_of + 1)[0]
        while is_closed(month, as_of, self._grace_days):
            ends.append(month.end)
            month = calendar_periods(month.end)[0]
        return ends

    def _step(self, as_of: int) -> None:
        boundary = self._reference.next_boundary(self.as_of)
        now_open = open_periods(as_of, self._grace_days)
        closing = tuple(period.key for period in self._periods if period not in now_open)
        if closing and self.as_of > 0:
            self._close(closing, as_of)
        before, self.as_of = self.as_of, as_of
        self._turn_periods(now_open)
        if local_day(as_of) != local_day(before):
            self._book.slide(local_day(as_of))
            self._interned.clear()
        if boundary is not None and boundary <= as_of:
            self.rebuild(self._known())
        self._move_horizon(told=before > 0)

    def _close(self, keys: tuple[str, ...], as_of: int) -> None:
        self._settle()
        life = (self.number, self.incarnation, self.offset, as_of)
        self._closings += [
            FinalPartial(PARTIAL_VERSION, unit, *life, cells)
            for unit, cells in self._book.cells(keys).items()
            if cells
        ]
        self._closings.append(Closed(PARTIAL_VERSION, *life, keys))

    def take_closings(self) -> list[FinalPartial | Closed]:
        """Return what closed since the last call, to be sent in this order.

        It must be acknowledged before a mark is logged that is past it: no later life can count it again.
        """
        closings, self._closings = self._closings, []
        return closings

    def _move_horizon(self, *, told: bool) -> None:
        """Note at which position of the log the horizon moved; a clock that was never told before closes nothing."""
        horizon = horizon_at(self.as_of, self._grace_days)
        if horizon > self.closing.horizon:
            self.closing = Closing(horizon, self.offset if told else -1)
            self._to_shrink = list(self._known()) if told else []

    def _turn_periods(self, now_open: tuple[Period, ...]) -> None:
        if now_open == self._periods:
            return
        opened = set(now_open) - set(self._periods)
        self._periods = now_open
        self._spans = Spans(now_open, self.as_of)
        self._book.turn(period.key for period in now_open)
        if opened:
            for key, applied in self._applied.items():
                if any(place == OPEN_BUCKET for _, place, _ in applied.entries):
                    self._put_off(key)

    def _put_off(self, key: str) -> None:
        """Evaluate it again although no event came."""
        if key not in self._pending:
            self._pending[key] = None
            self._unheard.add(key)

    def rebuild(self, keys: Iterable[str]) -> None:
        """Derive everything again from the stored states of `keys` (after recovery, or when reference data changed)."""
        every, published = list(keys), set(self._book.units())
        self._start_over()
        self._pending = dict.fromkeys(every)
        self._unheard = set(every)
        self._book.changed.update(published)

    def _known(self) -> set[str]:
        """Return every state key: those that count, and those that came since the last publication."""
        return self._applied.keys() | self._pending.keys()

    def use_reference(self, reference: Reference) -> None:
        """Take other reference data: every contribution it touches is derived again."""
        self._reference = reference
        self.rebuild(self._known())

    # --------------------------------------------------------------- publish

    @property
    def pending(self) -> int:
        """Count the dossiers and petitions that changed since the last publication."""
        return len(self._pending)

    def flush(self) -> list[Partial]:
        """Evaluate what is pending or flips by now; return the absolute partial of every unit that changed."""
        self._settle()
        return [
            Partial(
                PARTIAL_VERSION,
                unit,
                self.number,
                self.incarnation,
                self.offset,
                self.as_of,
                cells,
            )
            for unit, cells in self._book.take().items()
        ]

    def settle_some(self, most: int) -> bool:
        """Evaluate up to `most` of what is pending, which `flush` need not do then; return whether any is left.

        After `rebuild` every dossier is pending: who has other work to do in between calls this first.
        """
        place = self._place()
        for key in list(islice(self._pending, most)):
            self._look(key, self._pending.pop(key), place)
        return bool(self._pending)

    def _settle(self) -> None:
        """Evaluate what is pending or flips by now."""
        for key in self._flips.take(self.as_of):
            self._put_off(key)
        place = self._place()
        for key, state in self._pending.items():
            self._look(key, state, place)
        self._pending.clear()
        self._unheard.clear()
        if self.alerts is not None:
            self._look_at_alerts(self.alerts, place)
        self._book.settle(self._lookup.chain, self._lookup.services)

    def _look(self, key: str, state: State | None, place: Place) -> None:
        """Evaluate one dossier or petition; None: as it is stored."""
        if state is None:
            stored = self._stored(key)
            if stub_in(stored) is not None:
                return
            state = load(key, stored)
        facts = counted_of(state, self._reference)
        if state.offset <= self.closing.offset and is_over(facts, self.closing.horizon):
            self._to_shrink.append(key)
        if isinstance(facts, CountedDossier) and facts.computed_due_at != self._computed_due.get(key):
            self._note_due(key, facts.computed_due_at, heard=key not in self._unheard)
        self._evaluate(key, facts)
        if self.alerts is not None and self.alerts.concerns(key, facts, place):
            self.alerts.look(key, facts_of(state, self._reference), place)

    def _look_at_alerts(self, alerts: AlertBook, place: Place) -> None:
        """Look at the units, and at dossiers whose alerts are due although their figures stay as they are."""
        alerts.look_at_units(place)
        for key in alerts.due(place):
            stored = self._stored(key)
            if stored is not None and stub_in(stored) is None:
                alerts.look(key, facts_of(load(key, stored), self._reference), place)

    def _place(self) -> Place:
        return Place(self.as_of, self.offset, self._reference, self._rules, self.is_behind)

    def clock(self) -> SourceClock:
        """Return the record that says how far this partition is."""
        return SourceClock(PARTIAL_VERSION, self.number, self.incarnation, self.offset, self.as_of)

    def take_redated(self) -> set[str]:
        """Return the dossiers whose computed due date changed with no event: with the reference data alone."""
        redated, self._redated = self._redated, set()
        return redated

    def _note_due(self, key: str, due: int | None, *, heard: bool) -> None:
        if due is None:
            del self._computed_due[key]
        else:
            self._computed_due[key] = due
        if not heard:
            self._redated.add(key)

    def _evaluate(self, key: str, facts: Facts) -> None:
        procedure = facts.procedure or ""
        now = tuple(entries(facts, self.as_of, self._spans, self._reference, self._rules))
        held = self._applied.get(key)
        was, then = (None, ()) if held is None else (held.procedure, held.entries)
        if was != procedure or now != then:
            same = () if was != procedure else then
            if then:
                self._book.move(
                    [entry for entry in then if was != procedure or entry not in now], was or "", -1
                )
            self._book.move([entry for entry in now if entry not in same], procedure, 1)
            self._applied[key] = self._kept(procedure, now)
        self._flips.set(key, flip_after(facts, self.as_of, self._reference, self._rules))

    def _kept(self, procedure: str, counted: tuple[Entry, ...]) -> Counted:
        """Return values that are equal as one object: dossiers of a unit and a day count alike."""
        intern = self._interned.setdefault
        held = self._interned.get(counted)
        if held is None:
            held = tuple([intern(entry, entry) for entry in counted])
            self._interned[held] = held
        return Counted(intern(procedure, procedure), held)

    def snapshot(self) -> Mapping[str, Counted]:
        """Return where every dossier counts now (for tests and for the audit)."""
        return self._applied
