"""What waits to be written: absolute rows by key, so an outage is bounded by the number of keys.

Not safe for threads by itself: the writer holds its lock around every call on a set that both sides know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from streams.core.periods import local_day
from streams.sinks.rows import IndicatorsRow, ReferenceRow, ScoreKey, ScoreRow


class SnapshotKey(NamedTuple):
    """A newer snapshot replaces one that waits, but never that of an earlier local day: each day stays in history.

    So a replay may be faster than the writer, and still the ranking of any day can be read afterwards.
    """

    score: ScoreKey
    day: int


class Snapshot(NamedTuple):
    """The score of a unit and period with its indicators, of a partition of the partials."""

    score: ScoreRow
    indicators: IndicatorsRow
    partition: int

    @property
    def key(self) -> SnapshotKey:
        """What this snapshot replaces while it waits."""
        return SnapshotKey(self.score.key, local_day(self.score.as_of))


class StoredState(NamedTuple):
    """An encoded dossier or petition of a source partition, under the key of the table it is stored in."""

    partition: int
    key: str
    state: bytes


@dataclass
class Waiting:
    """A set of unsent rows, and what may be said once all of them are in.

    `upto` is, by source partition, the offset up to which every row is sent or in `states`; `clocks` is, by
    partition of the partials, the moment (ms) up to which every score is sent or in `scores`.
    """

    scores: dict[SnapshotKey, Snapshot] = field(default_factory=dict)
    states: dict[int, dict[str, bytes]] = field(default_factory=dict)
    upto: dict[int, int] = field(default_factory=dict)
    clocks: dict[int, int] = field(default_factory=dict)
    reference: dict[tuple[str, str], ReferenceRow] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.scores or self.states or self.upto or self.clocks or self.reference)

    @property
    def dossiers(self) -> int:
        """Count the dossiers and petitions that wait."""
        return sum(len(states) for states in self.states.values())

    def without_states(self) -> "Waiting":
        """Take out everything but the states and what may be said once they are in."""
        taken = Waiting(scores=self.scores, clocks=self.clocks, reference=self.reference)
        self.scores, self.clocks, self.reference = {}, {}, {}
        return taken

    def add_score(self, snapshot: Snapshot) -> None:
        """Let a snapshot wait in place of an older version of it."""
        key = snapshot.key
        held = self.scores.get(key)
        if held is None or held.score.version <= snapshot.score.version:
            self.scores[key] = snapshot

    def add_states(self, partition: int, states: Mapping[str, bytes]) -> None:
        """Let newer states of a partition wait in place of older ones."""
        if states:
            self.states.setdefault(partition, {}).update(states)

    def add_older_states(self, partition: int, states: Mapping[str, bytes]) -> None:
        """Let states wait unless newer ones of their keys do."""
        if states:
            self.states[partition] = {**states, **self.states.get(partition, {})}

    def add_reference(self, rows: Iterable[ReferenceRow]) -> None:
        """Let what is said of entities wait in place of older sayings."""
        for row in rows:
            key = row.kind, row.code
            held = self.reference.get(key)
            if held is None or held.version <= row.version:
                self.reference[key] = row

    def reach(self, partition: int, offset: int) -> None:
        """Note that every row of a source partition up to an offset is sent or waits here."""
        self.upto[partition] = max(offset, self.upto.get(partition, -1))

    def strike(self, partition: int, as_of: int) -> None:
        """Note that every score of a partition of the partials up to a moment is sent or waits here."""
        self.clocks[partition] = max(as_of, self.clocks.get(partition, 0))

    def some_scores(self, most: int) -> list[Snapshot]:
        """Return up to `most` snapshots that wait."""
        return list(islice(self.scores.values(), most))

    def some_states(self, most: int) -> list[StoredState]:
        """Return up to `most` states that wait, of one partition after another."""
        every = (
            StoredState(partition, key, state)
            for partition, states in self.states.items()
            for key, state in states.items()
        )
        return list(islice(every, most))

    def finals(self) -> list[Snapshot]:
        """Return the snapshots of closed periods that wait."""
        return [snapshot for snapshot in self.scores.values() if snapshot.score.final]

    def sent_scores(self, snapshots: Sequence[Snapshot]) -> None:
        """Remove snapshots that are in."""
        for snapshot in snapshots:
            del self.scores[snapshot.key]

    def sent_states(self, sent: Sequence[StoredState]) -> None:
        """Remove states that are in."""
        for partition, key, _ in sent:
            states = self.states[partition]
            del states[key]
            if not states:
                del self.states[partition]

    def put_back(self, older: "Waiting") -> None:
        """Take up what could not be sent; what came since then is newer and stays."""
        newer, self.scores = self.scores, older.scores
        for snapshot in newer.values():
            self.add_score(snapshot)
        for partition, states in older.states.items():
            self.add_older_states(partition, states)
        self.add_reference(older.reference.values())
        for partition, offset in older.upto.items():
            self.reach(partition, offset)
        for partition, as_of in older.clocks.items():
            self.strike(partition, as_of)
