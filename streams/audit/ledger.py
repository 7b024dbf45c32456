"""The account of P5: every source offset is merged, a tick, or a dead letter, and exactly one of these. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from schemas.events import Event
from streams.agents.reading import Refusal, as_tick, read_record
from streams.audit.records import SourceRecord
from streams.audit.recount import States
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.settlement import SETTLED

OF_REFERENCE: Final = frozenset({"unknown_unit", "unknown_procedure"})
"""Reasons that depend on the reference data of their time: today's may say otherwise."""


class Letter(NamedTuple):
    """One dead letter of a source record: where the original stands, why it was refused, its hash (hex)."""

    partition: int
    offset: int
    reason: str
    sha256: str


class TickSeen(NamedTuple):
    """A tick of a replay: its offset, the moment it tells (ms), and whether it is the last."""

    offset: int
    at: int
    last: bool


class Fault(NamedTuple):
    """An entry of the account that does not close: what is wrong with which record."""

    partition: int
    offset: int
    problem: str


@dataclass
class Closing:
    """How many records are what, and what does not close."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)


class Ledger:
    """Takes the records of a log with the letters about them; keeps the states they come to and the ticks."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._letters: dict[tuple[int, int], list[Letter]] = {}
        self.states = States()
        self.ticks: defaultdict[int, list[TickSeen]] = defaultdict(list)
        self.closing = Closing()

    def enter(self, records: Iterable[SourceRecord], letters: Iterable[Letter]) -> None:
        """Enter records, in the order of their offsets within each partition, and every letter about them."""
        about: defaultdict[tuple[int, int], list[Letter]] = defaultdict(list)
        for letter in letters:
            about[letter.partition, letter.offset].append(letter)
        for record in records:
            self._enter(record, about.pop((record.partition, record.offset), []))
        self._orphans(about)

    def _enter(self, record: SourceRecord, letters: list[Letter]) -> None:
        counts, event = self.closing.counts, read_record(record, self._reference)
        counts["records"] += 1
        if letters:
            counts["dead letters"] += 1
            self._judge_letters(record, event, letters)
        elif isinstance(event, Refusal) and event.reason not in OF_REFERENCE:
            counts["missing"] += 1
            self._fault(record, f"{event.reason}, and no dead letter says so")
        else:
            self._take(record, event)

    def _take(self, record: SourceRecord, event: Event | Refusal) -> None:
        """Merge an event, note a tick; one that only today's reference data would refuse was merged in its time."""
        counts = self.closing.counts
        if isinstance(event, Refusal):
            counts["merged under other reference data"] += 1
            event = decoded(record)
        tick = as_tick(event)
        if tick is not None:
            counts["ticks"] += 1
            self.ticks[record.partition].append(TickSeen(record.offset, moment(tick.at), tick.last))
        elif self.states.merge(record.partition, record.offset, event):
            counts["merged, changed"] += 1
        else:
            counts["merged, repetition"] += 1

    def _judge_letters(self, record: SourceRecord, event: Event | Refusal, letters: list[Letter]) -> None:
        reasons = {letter.reason for letter in letters}
        if len(letters) > 1:
            self.closing.counts["letters repeated"] += len(letters) - 1
        if len(reasons) > 1:
            self.closing.counts["double"] += 1
            self._fault(record, f"buried for different reasons: {', '.join(sorted(reasons))}")
        elif not isinstance(event, Refusal) and reasons == {SETTLED}:
            if not self.states.have_ended(event, self._reference):
                self._fault(record, "a dead letter says settled, and what it is about has not ended")
        elif not isinstance(event, Refusal) and not reasons <= OF_REFERENCE:
            self.closing.counts["double"] += 1
            self._fault(record, f"a dead letter says {reasons.pop()}, and the record is good")
        elif isinstance(event, Refusal) and event.reason not in reasons | OF_REFERENCE:
            self._fault(record, f"a dead letter says {reasons.pop()}, the record shows {event.reason}")
        original = sha256(record.value or b"").hexdigest()
        if any(letter.sha256 != original for letter in letters):
            self._fault(record, "the hash in its dead letter is of another record")

    def _orphans(self, about: dict[tuple[int, int], list[Letter]]) -> None:
        for (partition, offset), letters in sorted(about.items()):
            self.closing.counts["letters without a record"] += 1
            problem = f"a dead letter ({letters[0].reason}) names it, and there is no such record"
            self.closing.faults.append(Fault(partition, offset, problem))

    def _fault(self, record: SourceRecord, problem: str) -> None:
        self.closing.faults.append(Fault(record.partition, record.offset, problem))


def decoded(record: SourceRecord) -> Event:
    """Return the event of a record that was found good but for its codes."""
    event = read_record(record, Reference())
    if isinstance(event, Refusal):
        raise TypeError(f"{event.reason} does not depend on reference data")
    return event


def stale_rows(states: States, stored: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, str]]:
    """Give every state (`d:` or `p:` and its code) whose row is missing, surplus or of another event, and why."""
    rows = {key: (partition, offset) for key, partition, offset in stored}
    for key, partition, offset in states.positions():
        found = rows.pop(key, None)
        if found is None:
            yield key, "has no row"
        elif found != (partition, offset) and not (found[0] == partition and states.may_be_at(key, found[1])):
            yield key, f"its row is of event {found[0]}@{found[1]}, the log's last is {partition}@{offset}"
    for key in sorted(rows):
        yield key, "has a row, and the log no event"
