"""The store in ClickHouse (native protocol). Tables: `deploy/clickhouse`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

from clickhouse_driver import Client
from clickhouse_driver.errors import Error, ErrorCodes, ServerException, TypeMismatchError

from streams.sinks.connection import server_said
from streams.sinks.port import SinkRejectedError, SinkUnavailableError
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

_MIGRATE: Final = "run `nhip766 migrate up`"
_ACCOUNT: Final = "check NHIP766_CLICKHOUSE_USER and NHIP766_CLICKHOUSE_PASSWORD"
_GRANT: Final = "grant the writer INSERT and SELECT on the database"
_PROGRAM: Final = "this is a fault of the program"

_EVENT_COLUMNS: Final = "epoch, topic, source_partition, source_offset, appended_at, event"

# Codes of faults that no waiting cures, and what to do. Any other fault of the server is taken for passing: better to
# retry in plain sight than to give rows up.
_LASTING: Final = {
    ErrorCodes.NO_SUCH_COLUMN_IN_TABLE: _MIGRATE,
    ErrorCodes.UNKNOWN_IDENTIFIER: _MIGRATE,
    ErrorCodes.UNKNOWN_TABLE: _MIGRATE,
    ErrorCodes.UNKNOWN_DATABASE: _MIGRATE,
    ErrorCodes.TYPE_MISMATCH: _PROGRAM,
    ErrorCodes.SYNTAX_ERROR: _PROGRAM,
    ErrorCodes.UNKNOWN_SETTING: "the server is older than this program needs",
    ErrorCodes.READONLY: _GRANT,
    497: _GRANT,  # ACCESS_DENIED, a code the driver does not name
    ErrorCodes.UNKNOWN_USER: _ACCOUNT,
    ErrorCodes.WRONG_PASSWORD: _ACCOUNT,
    ErrorCodes.REQUIRED_PASSWORD: _ACCOUNT,
    516: _ACCOUNT,  # AUTHENTICATION_FAILED, a code the driver does not name
}


class InsertWatch(Protocol):
    """Hears, in the sink's thread, how inserts go."""

    def inserted(self, table: str, rows: int, seconds: float) -> None:
        """Hear of rows that are in, and how long it took."""

    def failed(self, table: str) -> None:
        """Hear of an insert that will be tried again."""


class ClickHouseSink:
    """Writes absolute, versioned rows by one client; for one thread.

    `watch` hears of every insert. `types_check` looks at the type of every value before it is sent, which is slow:
    for tests.
    """

    def __init__(
        self, client: Client, watch: InsertWatch | None = None, *, types_check: bool = False
    ) -> None:
        self._client = client
        self._watch = watch
        self._types_check = types_check

    def write_scores(self, rows: Sequence[ScoreRow]) -> None:
        """Insert into `score_snapshots`; history fills itself."""
        self._insert("score_snapshots", ScoreRow, rows)

    def write_indicators(self, rows: Sequence[IndicatorsRow]) -> None:
        """Insert into `indicator_snapshots`; history fills itself."""
        self._insert("indicator_snapshots", IndicatorsRow, rows)

    def write_dossiers(self, rows: Sequence[DossierRow]) -> None:
        """Insert into `dossiers`."""
        self._insert("dossiers", DossierRow, rows)

    def write_petitions(self, rows: Sequence[PetitionRow]) -> None:
        """Insert into `petitions`."""
        self._insert("petitions", PetitionRow, rows)

    def write_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Insert into `sink_progress`."""
        self._insert("sink_progress", ProgressRow, rows)

    def write_reference(self, rows: Sequence[ReferenceRow]) -> None:
        """Insert into `reference_records`."""
        self._insert("reference_records", ReferenceRow, rows)

    def write_clocks(self, rows: Sequence[ClockRow]) -> None:
        """Insert into `score_progress`."""
        self._insert("score_progress", ClockRow, rows)

    def read_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every row is in."""
        return self._reach("sink_progress", epoch, topic)

    def read_clocks(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of the partials, the moment (ms) up to which every score is in."""
        return self._reach("score_progress", epoch, topic, "toUnixTimestamp64Milli(as_of)")

    def write_events(self, batches: Sequence[EventBatch]) -> None:
        """Insert into `events`; the server reads type, codes and times out of each event by itself."""
        columns: list[list[Any]] = [[], [], [], [], [], []]
        for epoch, topic, partition, offsets, appended_at, events in batches:
            count = len(offsets)
            parts: tuple[Sequence[Any], ...] = (
                [epoch] * count,
                [topic] * count,
                [partition] * count,
                offsets,
                appended_at,
                events,
            )
            for column, values in zip(columns, parts, strict=True):
                column.extend(values)
        if columns[0]:
            with self._watched("events", len(columns[0])):
                self._execute(
                    f"INSERT INTO events ({_EVENT_COLUMNS}) VALUES", columns, columnar=True, check=False
                )

    def write_archive_progress(self, rows: Sequence[ProgressRow]) -> None:
        """Insert into `archive_progress`."""
        self._insert("archive_progress", ProgressRow, rows)

    def read_archive_progress(self, epoch: int, topic: str) -> dict[int, int]:
        """Return, by partition of a topic, the offset up to which every event is in."""
        return self._reach("archive_progress", epoch, topic)

    def write_alerts(self, rows: Sequence[AlertRow]) -> None:
        """Insert into `alert_changes`; the table of the newest fills itself."""
        self._insert("alert_changes", AlertRow, rows)

    def close(self) -> None:
        """Disconnect; the next call connects again."""
        self._client.disconnect()

    def _reach(self, table: str, epoch: int, topic: str, reached: str = "source_offset") -> dict[int, int]:
        found = self._execute(
            f"SELECT source_partition, max({reached}) FROM {table}"  # noqa: S608 - a table of ours
            " WHERE epoch = %(epoch)s AND topic = %(topic)s GROUP BY source_partition",
            {"epoch": epoch, "topic": topic},
        )
        return dict(found)

    def _insert(self, table: str, row_type: type[NamedTuple], rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            columns = ", ".join(row_type._fields)
            by_column = list(zip(*rows, strict=True))
            with self._watched(table, len(rows)):
                self._execute(f"INSERT INTO {table} ({columns}) VALUES", by_column, columnar=True)

    @contextmanager
    def _watched(self, table: str, rows: int) -> Iterator[None]:
        """Tell the watch how an insert went."""
        began = time.monotonic()
        try:
            yield
        except SinkUnavailableError:
            if self._watch is not None:
                self._watch.failed(table)
            raise
        if self._watch is not None:
            self._watch.inserted(table, rows, time.monotonic() - began)

    def _execute(
        self, statement: str, parameters: object, *, columnar: bool = False, check: bool = True
    ) -> Any:
        """Ask or insert; `check` lets the driver check types: it knows no bytes for strings."""
        types_check = check and self._types_check
        try:
            return self._client.execute(statement, parameters, columnar=columnar, types_check=types_check)
        except ServerException as fault:
            self._client.disconnect()
            raise _server_fault(fault) from fault
        except TypeMismatchError as fault:
            self._client.disconnect()
            raise SinkRejectedError(f"a fault of the program: a row does not fit: {fault}") from fault
        except (Error, OSError, EOFError) as fault:
            self._client.disconnect()
            raise SinkUnavailableError(server_said(fault)) from fault


def _server_fault(fault: ServerException) -> SinkUnavailableError | SinkRejectedError:
    said = server_said(fault)
    remedy = _LASTING.get(fault.code)
    if remedy is None:
        return SinkUnavailableError(f"ClickHouse says {fault.code}: {said}")
    return SinkRejectedError(f"ClickHouse refuses ({fault.code}): {said} - {remedy}")
