"""What every store of rows must do: one suite over ClickHouse and its twin in memory."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from clickhouse_driver import Client

from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.memory import MemorySink
from streams.sinks.port import AlertSink, ArchiveSink, SnapshotSink
from streams.sinks.rows import ClockRow, EventBatch, ProgressRow, ReferenceRow
from tests.sinks.row_examples import START, Figures, alert, dossier, indicators, petition, score


class Store(Protocol):
    """A store and how a reader sees one value in it."""

    sink: SnapshotSink
    archive: ArchiveSink
    alerts: AlertSink

    def archived(self, topic: str) -> list[tuple[int, int, int, bytes]]:
        """Return partition, offset, arrival (ms) and bytes of the archived events of a topic, in order."""

    def seen(self, table: str, column: str, **key: str) -> list[Any]:
        """Return the values of a column of the rows with a key."""


class ClickHouseStore:
    def __init__(self, writer: Client, reader: Client) -> None:
        both = ClickHouseSink(writer, types_check=True)
        self.sink: SnapshotSink = both
        self.archive: ArchiveSink = both
        self.alerts: AlertSink = both
        self._reader = reader

    def archived(self, topic: str) -> list[tuple[int, int, int, bytes]]:
        found = self._reader.execute(
            "SELECT source_partition, source_offset, toUnixTimestamp64Milli(appended_at), event"
            " FROM archived_events WHERE topic = %(topic)s ORDER BY source_partition, source_offset",
            {"topic": topic},
        )
        return [(partition, offset, at, event.encode()) for partition, offset, at, event in found]

    def seen(self, table: str, column: str, **key: str) -> list[Any]:
        where = " AND ".join(f"{name} = %({name})s" for name in key)
        found = self._reader.execute(f"SELECT {column} FROM {table} FINAL WHERE {where}", key)
        return [value for (value,) in found]


class MemoryStore:
    def __init__(self) -> None:
        self._memory = MemorySink()
        self.sink: SnapshotSink = self._memory
        self.archive: ArchiveSink = self._memory
        self.alerts: AlertSink = self._memory

    def archived(self, topic: str) -> list[tuple[int, int, int, bytes]]:
        return sorted(
            (partition, offset, at, event)
            for (_, name, partition, offset), (at, event) in self._memory.events.items()
            if name == topic
        )

    def seen(self, table: str, column: str, **key: str) -> list[Any]:
        kept: dict[str, dict[Any, Any]] = {
            "score_snapshots": self._memory.scores,
            "indicator_snapshots": self._memory.indicators,
            "dossiers": self._memory.dossiers,
            "petitions": self._memory.petitions,
            "reference_records": self._memory.reference,
            "alerts": self._memory.alerts,
            "alert_changes": self._memory.alert_changes,
        }
        return [
            getattr(row, column)
            for row in kept[table].values()
            if all(getattr(row, name) == value for name, value in key.items())
        ]


@pytest.fixture(params=["clickhouse", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    settings: Settings = request.getfixturevalue("tables")
    writer, reader = connect(settings, "writer"), connect(settings, "reader")
    found = ClickHouseStore(writer, reader)
    yield found
    found.sink.close()
    reader.disconnect()


@pytest.fixture
def unit() -> str:
    return f"H09.{secrets.token_hex(4)}"


def test_the_newer_version_of_a_score_is_seen_whatever_the_order(store: Store, unit: str):
    store.sink.write_scores([score(unit, "90.90", version=2)])
    store.sink.write_scores([score(unit, "74.60", version=1)])
    assert [f"{total:.2f}" for total in store.seen("score_snapshots", "total", unit_code=unit)] == ["90.90"]


def test_a_row_written_twice_is_one_row(store: Store, unit: str):
    rows = [score(unit, "90.90")]
    store.sink.write_scores(rows)
    store.sink.write_scores(rows)
    assert len(store.seen("score_snapshots", "total", unit_code=unit)) == 1


def test_two_versions_in_one_call_leave_the_newer(store: Store, unit: str):
    store.sink.write_dossiers([dossier(unit, status=9, version=8), dossier(unit, status=4, version=7)])
    assert store.seen("dossiers", "status", dossier_code=unit) == [9]


def test_units_periods_and_formulas_do_not_replace_each_other(store: Store, unit: str):
    rows = [
        score(unit, "10"),
        score(unit, "20", period="2024-01"),
        score(unit, "30", formula="article-2024"),
        score(f"{unit}.1", "40"),
    ]
    store.sink.write_scores(rows)
    assert sorted(store.seen("score_snapshots", "total", unit_code=unit)) == [10, 20, 30]


def test_a_null_total_stays_null_and_a_zero_stays_zero(store: Store, unit: str):
    store.sink.write_scores([score(unit, None), score(f"{unit}.1", "0")])
    assert store.seen("score_snapshots", "total", unit_code=unit) == [None]
    assert store.seen("score_snapshots", "total", unit_code=f"{unit}.1") == [0]


def test_groups_keep_their_codes_and_points(store: Store, unit: str):
    store.sink.write_scores([score(unit, "9.14", groups={"CLGQ": "9.14", "TDGQ": "0"})])
    (groups,) = store.seen("score_snapshots", "groups", unit_code=unit)
    assert {code: float(value) for code, value in groups.items()} == {"CLGQ": 9.14, "TDGQ": 0.0}


def test_the_newer_version_of_the_indicators_is_seen(store: Store, unit: str):
    store.sink.write_indicators(
        [indicators(unit, Figures("A", "16", "20"), Figures("B", None, "6"), version=5)]
    )
    store.sink.write_indicators([indicators(unit, Figures("A", "12", "20"), version=4)])
    (scores,) = store.seen("indicator_snapshots", "scores", unit_code=unit)
    assert list(scores) == [1600, None]


def test_the_newer_version_of_a_petition_is_seen(store: Store, unit: str):
    store.sink.write_petitions([petition(unit, likes=3, version=5)])
    store.sink.write_petitions([petition(unit, likes=1, version=4)])
    assert store.seen("petitions", "likes", petition_code=unit) == [3]


def test_versions_compare_as_numbers_of_128_bits(store: Store, unit: str):
    store.sink.write_dossiers([dossier(unit, status=9, version=2 << 64)])
    store.sink.write_dossiers([dossier(unit, status=4, version=(1 << 64) + 999)])
    assert store.seen("dossiers", "status", dossier_code=unit) == [9]


def test_reference_data_keep_what_was_said_last(store: Store, unit: str):
    said = ReferenceRow("unit", unit, 0, "{}", 1, 7, 7)
    store.sink.write_reference([said])
    store.sink.write_reference([said._replace(record="[]", source_offset=5, version=5)])
    assert store.seen("reference_records", "record", code=unit) == ["{}"]
    store.sink.write_reference([said._replace(deleted=1, record="", source_offset=9, version=9)])
    assert store.seen("reference_records", "deleted", code=unit) == [1]


def test_progress_never_goes_back(store: Store, unit: str):
    store.sink.write_progress([ProgressRow(1, unit, 0, 50), ProgressRow(1, unit, 1, 7)])
    store.sink.write_progress([ProgressRow(1, unit, 0, 40)])
    assert store.sink.read_progress(1, unit) == {0: 50, 1: 7}


def test_the_clock_of_the_scores_is_read_back_by_partition_and_never_goes_back(store: Store, unit: str):
    store.sink.write_clocks(
        [ClockRow(1, unit, 0, START), ClockRow(1, unit, 1, START + 7), ClockRow(2, unit, 0, 5)]
    )
    store.sink.write_clocks([ClockRow(1, unit, 0, START - 1)])
    assert store.sink.read_clocks(1, unit) == {0: START, 1: START + 7}
    assert store.sink.read_clocks(1, f"{unit}-other") == {}


def test_progress_of_another_epoch_or_topic_is_not_mixed_in(store: Store, unit: str):
    store.sink.write_progress([ProgressRow(1, unit, 0, 50), ProgressRow(2, unit, 0, 3)])
    assert store.sink.read_progress(2, unit) == {0: 3}
    assert store.sink.read_progress(2, f"{unit}-other") == {}


def test_archived_events_are_kept_byte_for_byte_each_place_once(store: Store, unit: str):
    odd = '{"type": "dossier.received",  "ghi": "chú ✓"}'.encode()
    first = EventBatch(1, unit, 0, [3, 5], [START, START + 1], [b'{"type":"a"}', odd])
    store.archive.write_events([first, EventBatch(1, unit, 7, [0], [START], [b"{}"])])
    again = EventBatch(1, unit, 0, [5, 6], [START + 1, START + 2], [odd, b"[]"])
    store.archive.write_events([again])
    assert store.archived(unit) == [
        (0, 3, START, b'{"type":"a"}'),
        (0, 5, START + 1, odd),
        (0, 6, START + 2, b"[]"),
        (7, 0, START, b"{}"),
    ]


def test_the_progress_of_the_archive_never_goes_back_and_is_its_own(store: Store, unit: str):
    store.archive.write_archive_progress([ProgressRow(1, unit, 0, 50), ProgressRow(1, unit, 1, 7)])
    store.archive.write_archive_progress([ProgressRow(1, unit, 0, 40), ProgressRow(2, unit, 0, 90)])
    assert store.archive.read_archive_progress(1, unit) == {0: 50, 1: 7}
    assert store.sink.read_progress(1, unit) == {}


@pytest.mark.parametrize(
    "write",
    [
        "write_scores",
        "write_indicators",
        "write_dossiers",
        "write_petitions",
        "write_progress",
        "write_clocks",
        "write_events",
        "write_archive_progress",
    ],
)
def test_no_rows_are_no_call(store: Store, write: str):
    call: Callable[[list[Any]], None] = getattr(store.sink, write)
    call([])


def test_a_store_that_was_closed_opens_again(store: Store, unit: str):
    store.sink.close()
    store.sink.write_clocks([ClockRow(1, unit, 0, START)])
    store.sink.write_progress([ProgressRow(1, unit, 0, 50)])
    assert store.sink.read_progress(1, unit) == {0: 50}


def test_of_an_alert_the_newest_change_is_seen_and_every_change_is_kept_once(store: Store, unit: str):
    changes = [alert(unit, 1, "raised"), alert(unit, 3, "resolved"), alert(unit, 2, "escalated")]
    store.alerts.write_alerts(changes)
    store.alerts.write_alerts(changes[:2])
    assert store.seen("alerts", "change", unit_code=unit) == ["resolved"]
    assert sorted(store.seen("alert_changes", "seq", unit_code=unit)) == [1, 2, 3]
