"""ClickHouse stopped, killed and wrong: what the sink and the writer make of it, with the real server."""

import secrets
from collections.abc import Iterator
from threading import Event

import pytest

from streams.local.servers import LocalServers
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.delivery import Source
from streams.sinks.migrations import Migrations
from streams.sinks.port import SinkRejectedError, SinkUnavailableError
from streams.sinks.rows import DossierRow, ScoreRow
from streams.sinks.waiting import StoredState
from streams.sinks.writer import SinkWriter
from tests.sinks.row_examples import dossier, score, snapshot

PATIENCE = 60
ROUNDS = 3
PER_ROUND = 500


class PlainStates:
    """States that are just `<offset>`; tells when it was asked for the first row."""

    def __init__(self) -> None:
        self.asked = Event()

    def offset(self, state: bytes) -> int:
        return int(state)

    def row(self, stored: StoredState) -> DossierRow:
        self.asked.set()
        offset = int(stored.state)
        return dossier(
            stored.key[2:], source_partition=stored.partition, source_offset=offset, version=offset
        )


@pytest.fixture
def sink(tables: Settings) -> Iterator[ClickHouseSink]:
    found = ClickHouseSink(connect(tables, "writer"), types_check=True)
    yield found
    found.close()


def test_no_row_is_lost_when_the_server_is_killed_while_rows_are_written(
    servers: LocalServers, tables: Settings, sink: ClickHouseSink
):
    topic = f"events-{secrets.token_hex(4)}"
    states = PlainStates()
    writer = SinkWriter(sink, states, Source(1, topic, f"{topic}-partials"), flush_seconds=0)
    writer.start()
    offset = 0
    for turn in range(ROUNDS):
        states.asked.clear()
        for _ in range(PER_ROUND):
            offset += 1
            writer.put_states(offset % 4, {f"d:{topic}-{offset % 700}": str(offset).encode()}, offset)
            writer.put_scores(0, *snapshot(f"{topic}-{offset % 30}", "50", version=offset))
        assert states.asked.wait(PATIENCE)
        servers.stop_clickhouse(kill=turn % 2 == 0)
        for _ in range(PER_ROUND):
            offset += 1
            writer.put_states(offset % 4, {f"d:{topic}-{offset % 700}": str(offset).encode()}, offset)
        servers.start_clickhouse()
    assert writer.flush(PATIENCE)
    assert writer.stop(PATIENCE)
    last = {f"{topic}-{number % 700}": number for number in range(1, offset + 1)}
    reader = connect(tables, "reader")
    found = reader.execute(
        "SELECT dossier_code, source_offset FROM dossier_facts WHERE startsWith(dossier_code, %(topic)s)",
        {"topic": topic},
    )
    assert dict(found) == last
    units = reader.execute(
        "SELECT uniqExact(unit_code) FROM scores WHERE startsWith(unit_code, %(topic)s)", {"topic": topic}
    )
    assert units == [(30,)]
    reader.disconnect()
    assert sink.read_progress(1, topic) == {one % 4: one for one in range(offset - 3, offset + 1)}


def test_a_server_that_is_away_is_unavailable_and_comes_back(servers: LocalServers, sink: ClickHouseSink):
    rows = [score(f"H{secrets.token_hex(4)}", "50")]
    sink.write_scores(rows)
    servers.stop_clickhouse()
    with pytest.raises(SinkUnavailableError):
        sink.write_scores(rows)
    servers.start_clickhouse()
    sink.write_scores(rows)


def test_a_missing_table_is_rejected_with_the_remedy(database: Settings):
    Migrations(database).up(to=4)
    sink = ClickHouseSink(connect(database, "writer"))
    with pytest.raises(SinkRejectedError, match="nhip766 migrate up"):
        sink.write_dossiers([dossier("one")])
    sink.close()


def test_a_missing_database_is_rejected_with_the_remedy(database: Settings):
    sink = ClickHouseSink(connect(database, "writer"))
    with pytest.raises(SinkRejectedError, match="nhip766 migrate up"):
        sink.write_scores([score("H1", "50")])
    sink.close()


def test_a_missing_right_is_rejected_with_the_remedy(tables: Settings):
    sink = ClickHouseSink(connect(tables, "reader"))
    with pytest.raises(SinkRejectedError, match="grant"):
        sink.write_scores([score("H1", "50")])
    sink.close()


def test_a_value_that_does_not_fit_is_rejected_and_the_connection_goes_on(sink: ClickHouseSink):
    bad: ScoreRow = score("H1", "50")._replace(unit_name=5)  # type: ignore[arg-type]
    with pytest.raises(SinkRejectedError, match="does not fit"):
        sink.write_scores([bad])
    sink.write_scores([score(f"H{secrets.token_hex(4)}", "50")])
