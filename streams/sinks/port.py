"""What a store of snapshots and facts must do, whatever stands behind it."""

from collections.abc import Sequence
from typing import Protocol

from streams.sinks.rows import (
    AlertRow,
    ClockRow,
    DossierRow,
    EventBatch,
    IndicatorsRow,
    PetitionRow,
    ProgressRow,
    ReferenceRow,
    ScoreRow,
)


class SinkUnavailableError(Exception):
    """The store cannot take rows now (network, timeout, overload): the same rows may be sent again later."""


class SinkRejectedError(Exception):
    """The store will never take these rows as things are (missing table, wrong right): someone must act."""


class SnapshotSink(Protocol):
    """Takes rows and keeps, of every key, the one with the highest version.

    Calls block and come from one thread. When a call returns, its rows are kept; when it raises
    SinkUnavailableError they may or may not be, and sending them again is harmless. An empty sequence is no
    call at all. Raises SinkRejectedError.
    """

    def write_scores(self, rows: Sequence[ScoreRow]) -> None:
        """Keep scores, by formula, period and unit."""

    def write_indicators(self, rows: Sequence[IndicatorsRow]) -> None:
        """Keep indicators, by formula, period and unit."""

    def write_dossiers(self, rows: Sequence[DossierRow]) -> None:
        """Keep dossiers, by code."""

    def write_petitions(self, rows: Sequence[PetitionRow]) -> None:
        """Keep petitions, by code."""

    def write_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Keep how far dossiers and petitions are in, by epoch, topic and partition: the highest offset."""

    def write_reference(self, rows: Sequence[ReferenceRow]) -> None:
        """Keep reference data, by kind and code."""

    def write_clocks(self, rows: Sequence[ClockRow]) -> None:
        """Keep how far scores are in, by epoch, topic and partition: the latest moment."""

    def read_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every row is in."""

    def read_clocks(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of the partials, the moment (ms) up to which every score is in."""

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""


class ArchiveSink(Protocol):
    """Takes events as they stand on the topic, each place of the log once however often it is written.

    Calls, errors and empty sequences as of `SnapshotSink`; it has a connection of its own.
    """

    def write_events(self, batches: Sequence[EventBatch]) -> None:
        """Keep events, by epoch, topic, partition and offset."""

    def write_archive_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Keep how far the archive is, by epoch, topic and partition: the highest offset."""

    def read_archive_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every event is in."""

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""


class AlertSink(Protocol):
    """Takes changes of alerts, each once however often written; errors and empty sequences as of `SnapshotSink`."""

    def write_alerts(self, rows: Sequence[AlertRow]) -> None:
        """Keep changes of alerts, by alert and number; the newest of each alert follows."""

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""
