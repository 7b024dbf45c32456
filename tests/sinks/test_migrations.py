"""Migrations go up, down and up again, and everything they make is documented."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from clickhouse_driver import Client

from streams.errors import UserError
from streams.settings import Settings
from streams.sinks import rows
from streams.sinks.connection import connect
from streams.sinks.migrations import FOLDER, Migrations

TABLES = {
    "score_snapshots": rows.ScoreRow,
    "indicator_snapshots": rows.IndicatorsRow,
    "dossiers": rows.DossierRow,
    "petitions": rows.PetitionRow,
    "sink_progress": rows.ProgressRow,
    "score_progress": rows.ClockRow,
    "archive_progress": rows.ProgressRow,
    "reference_records": rows.ReferenceRow,
    "alert_changes": rows.AlertRow,
}


def made(client: Client) -> set[str]:
    found = client.execute("SELECT name FROM system.tables WHERE database = currentDatabase()")
    return {name for (name,) in found} - {"schema_versions"}


def test_up_down_up_leaves_what_up_made(database: Settings):
    migrations = Migrations(database)
    versions = migrations.up()
    client = connect(database, "migrator")
    first = made(client)
    assert len(versions) == len(list(FOLDER.glob("*.down.sql")))
    assert migrations.down(to=0) == versions[::-1]
    assert made(client) == set()
    assert migrations.up() == versions
    assert made(client) == first
    assert migrations.up() == []
    client.disconnect()


def test_one_step_down_takes_back_the_newest(database: Settings):
    migrations = Migrations(database)
    newest = migrations.up()[-1]
    assert migrations.down() == [newest]
    assert [one.version for one in migrations.status() if one.state == "pending"] == [newest]


def test_what_is_not_current_is_said_with_the_remedy(database: Settings):
    migrations = Migrations(database)
    with pytest.raises(UserError, match="run `nhip766 migrate up`"):
        migrations.require_current()
    migrations.up()
    migrations.require_current()


def test_a_migration_changed_after_it_was_applied_is_refused(database: Settings, tmp_path: Path):
    for file in FOLDER.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    migrations = Migrations(database, tmp_path)
    migrations.up()
    changed = tmp_path / "001_scores.sql"
    changed.write_text(changed.read_text(encoding="utf-8") + "-- later thought\n", encoding="utf-8")
    assert [one.state for one in migrations.status() if one.version == 1] == ["md5-mismatch"]
    with pytest.raises(UserError, match="md5"):
        migrations.up()


def test_a_server_that_is_away_is_one_line_with_its_address(database: Settings):
    nowhere = database.model_copy(update={"clickhouse_port": 9})
    with pytest.raises(UserError, match=r"ClickHouse at 127\.0\.0\.1:9/.*[Rr]efused") as said:
        Migrations(nowhere).status()
    assert "\n" not in str(said.value)


def test_every_migration_can_be_taken_back(database: Settings):
    assert all(one.reversible for one in Migrations(database).status())


@pytest.mark.parametrize(("table", "row_type"), TABLES.items())
def test_a_row_has_the_columns_of_its_table_in_their_order(
    tables: Settings, reader: Client, table: str, row_type: type
):
    found = reader.execute(
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = %(table)s"
        " AND default_kind = '' ORDER BY position",
        {"table": table},
    )
    assert tuple(name for (name,) in found) == row_type._fields  # type: ignore[attr-defined]


def test_every_table_view_and_column_has_a_comment(reader: Client):
    ours = "database = currentDatabase() AND {} != 'schema_versions'"
    bare = reader.execute(f"SELECT name FROM system.tables WHERE {ours.format('name')} AND comment = ''")
    assert bare == []
    # A materialized view only copies into a table, whose columns are explained there.
    copies = "SELECT name FROM system.tables WHERE engine = 'MaterializedView'"
    bare = reader.execute(
        f"SELECT table, name FROM system.columns WHERE {ours.format('table')} AND comment = ''"
        f" AND table NOT IN ({copies})"
    )
    assert bare == []


def test_every_table_keeps_the_highest_version_in_one_partition_per_key(reader: Client):
    found = reader.execute(
        "SELECT name, engine, partition_key, sorting_key FROM system.tables"
        " WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_versions'"
    )
    assert len(found) == 15
    for name, engine, partition_key, sorting_key in found:
        assert engine == "ReplacingMergeTree", name
        inner = partition_key.removesuffix(")").partition("(")[2]
        assert not partition_key or inner in sorting_key.split(", "), name


def test_a_reader_cannot_write(tables: Settings, reader: Client):
    with pytest.raises(Exception, match=r"Not enough privileges|readonly"):
        reader.execute(
            "INSERT INTO sink_progress (epoch, topic, source_partition, source_offset) VALUES",
            [(1, "t", 0, 1)],
        )


def test_the_reader_of_the_containers_is_granted_the_views_and_nothing_else(reader: Client):
    users = ET.parse(FOLDER.parent / "docker" / "clickhouse-users.xml")  # noqa: S314 - our own file
    granted = [query.text for query in users.iterfind("users/reader/grants/query")]
    views = reader.execute(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View'"
    )
    assert sorted(granted) == sorted(f"GRANT SELECT ON nhip766.{name}" for (name,) in views)
