"""The store kept in memory: the twin of ClickHouse for tests and trials, reading versions as it does."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from streams.sinks.rows import (
    AlertRow,
    ClockRow,
    DossierRow,
    EventBatch,
    IndicatorsRow,
    PetitionRow,
    ProgressRow,
    ReferenceRow,
    ScoreKey,
    ScoreRow,
)


class _Versioned(Protocol):
    """A row that replaces the one of its key with a lower version."""

    @property
    def version(self) -> int:
        """The higher, the newer."""


_Key = TypeVar("_Key")
_Row = TypeVar("_Row", bound=_Versioned)


class MemorySink:
    """Rows by key, as a reader of ClickHouse sees them through the views."""

    def __init__(self) -> None:
        self.scores: dict[ScoreKey, ScoreRow] = {}
        self.indicators: dict[ScoreKey, IndicatorsRow] = {}
        self.dossiers: dict[str, DossierRow] = {}
        self.petitions: dict[str, PetitionRow] = {}
        self.reference: dict[tuple[str, str], ReferenceRow] = {}
        self.progress: dict[tuple[int, str, int], int] = {}
        self.clocks: dict[tuple[int, str, int], int] = {}
        self.events: dict[tuple[int, str, int, int], tuple[int, bytes]] = {}
        self.archived: dict[tuple[int, str, int], int] = {}
        self.alerts: dict[str, AlertRow] = {}
        self.alert_changes: dict[tuple[str, int], AlertRow] = {}

    def write_scores(self, rows: Sequence[ScoreRow]) -> None:
        """Keep scores, by formula, period and unit."""
        _keep(self.scores, ((row.key, row) for row in rows))

    def write_indicators(self, rows: Sequence[IndicatorsRow]) -> None:
        """Keep indicators, by formula, period and unit."""
        _keep(self.indicators, ((row.key, row) for row in rows))

    def write_dossiers(self, rows: Sequence[DossierRow]) -> None:
        """Keep dossiers, by code."""
        _keep(self.dossiers, ((row.dossier_code, row) for row in rows))

    def write_petitions(self, rows: Sequence[PetitionRow]) -> None:
        """Keep petitions, by code."""
        _keep(self.petitions, ((row.petition_code, row) for row in rows))

    def write_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Keep how far dossiers and petitions are in; the highest offset stays."""
        _reach(self.progress, rows)

    def write_reference(self, rows: Sequence[ReferenceRow]) -> None:
        """Keep reference data, by kind and code."""
        _keep(self.reference, (((row.kind, row.code), row) for row in rows))

    def write_clocks(self, rows: Sequence[ClockRow]) -> None:
        """Keep how far scores are in; the latest moment stays."""
        for row in rows:
            key = (row.epoch, row.topic, row.source_partition)
            self.clocks[key] = max(row.as_of, self.clocks.get(key, 0))

    def read_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every row is in."""
        return _of(self.progress, epoch, topic)

    def read_clocks(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of the partials, the moment (ms) up to which every score is in."""
        return _of(self.clocks, epoch, topic)

    def write_events(self, batches: Sequence[EventBatch]) -> None:
        """Keep events (when they arrived, their bytes), by epoch, topic, partition and offset."""
        for batch in batches:
            place = (batch.epoch, batch.topic, batch.partition)
            rows = zip(batch.offsets, batch.appended_at, batch.events, strict=True)
            self.events.update({(*place, offset): (at, event) for offset, at, event in rows})

    def write_archive_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Keep how far the archive is; the highest offset stays."""
        _reach(self.archived, rows)

    def read_archive_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every event is in."""
        return _of(self.archived, epoch, topic)

    def write_alerts(self, rows: Sequence[AlertRow]) -> None:
        """Keep changes of alerts by alert and number, and the newest of each alert."""
        _keep(self.alert_changes, (((row.alert_id, row.seq), row) for row in rows))
        _keep(self.alerts, ((row.alert_id, row) for row in rows))

    def close(self) -> None:
        """Nothing to let go of."""


def _keep(kept: dict[_Key, _Row], rows: Iterable[tuple[_Key, _Row]]) -> None:
    for key, row in rows:
        held = kept.get(key)
        if held is None or held.version <= row.version:
            kept[key] = row


def _reach(kept: dict[tuple[int, str, int], int], rows: Sequence[ProgressRow]) -> None:
    for row in rows:
        key = (row.epoch, row.topic, row.source_partition)
        kept[key] = max(row.source_offset, kept.get(key, -1))


def _of(kept: dict[tuple[int, str, int], int], epoch: int, topic: str) -> dict[int, int]:
    return {
        partition: offset for (of, name, partition), offset in kept.items() if (of, name) == (epoch, topic)
    }
