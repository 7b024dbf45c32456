"""Sends what waits to the store, in an order that makes every line of progress true."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from streams.sinks.port import SnapshotSink
from streams.sinks.rows import ClockRow, DossierRow, PetitionRow, ProgressRow
from streams.sinks.waiting import StoredState, Waiting

UNITS_PER_INSERT: Final = 5_000
STATES_PER_INSERT: Final = 20_000


class Source(NamedTuple):
    """Where the rows come from: epoch of the topics, topic of dossier events, topic of partial tallies."""

    epoch: int
    topic: str
    partials: str


class RowBuilder(Protocol):
    """Makes rows of stored states, in the writer's thread: a state takes a tenth of the memory of its row."""

    def offset(self, state: bytes) -> int:
        """Return the source offset that a state was last changed at."""

    def row(self, stored: StoredState) -> DossierRow | PetitionRow | None:
        """Return the row of a state, None if none is to be written."""


class Delivery:
    """One way out; for one thread."""

    def __init__(self, sink: SnapshotSink, builder: RowBuilder, source: Source) -> None:
        self._sink = sink
        self._builder = builder
        self._source = source

    def stored_progress(self) -> dict[int, int]:
        """Return, by source partition, the offset up to which every row is in."""
        return self._sink.read_progress(self._source.epoch, self._source.topic)

    def stored_clocks(self) -> dict[int, int]:
        """Return, by partition of the partials, the moment (ms) up to which every score is in."""
        return self._sink.read_clocks(self._source.epoch, self._source.partials)

    def send(self, waiting: Waiting) -> None:
        """Send everything and take it out of the set as it gets in; what is left after an error was not sent.

        Raises what the store raises. What names things goes first, detail before the score it explains, rows
        before the progress that speaks of them.
        """
        self._sink.write_reference(list(waiting.reference.values()))
        waiting.reference.clear()
        while waiting.scores:
            snapshots = waiting.some_scores(UNITS_PER_INSERT)
            self._sink.write_indicators([snapshot.indicators for snapshot in snapshots])
            self._sink.write_scores([snapshot.score for snapshot in snapshots])
            waiting.sent_scores(snapshots)
        self._sink.write_clocks(self._clocks(waiting))
        waiting.clocks.clear()
        while waiting.states:
            states = waiting.some_states(STATES_PER_INSERT)
            self._send_states(states)
            waiting.sent_states(states)
        self._sink.write_progress(self._progress(waiting))
        waiting.upto.clear()

    def _send_states(self, states: Sequence[StoredState]) -> None:
        dossiers: list[DossierRow] = []
        petitions: list[PetitionRow] = []
        for stored in states:
            row = self._builder.row(stored)
            if isinstance(row, DossierRow):
                dossiers.append(row)
            elif row is not None:
                petitions.append(row)
        self._sink.write_dossiers(dossiers)
        self._sink.write_petitions(petitions)

    def _progress(self, waiting: Waiting) -> list[ProgressRow]:
        epoch, topic, _ = self._source
        return [ProgressRow(epoch, topic, partition, offset) for partition, offset in waiting.upto.items()]

    def _clocks(self, waiting: Waiting) -> list[ClockRow]:
        epoch, _, partials = self._source
        return [ClockRow(epoch, partials, partition, as_of) for partition, as_of in waiting.clocks.items()]
