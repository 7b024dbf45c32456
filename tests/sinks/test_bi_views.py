"""The star schema: stable, complete, and true to the tables and to the index."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from clickhouse_driver import Client

from schemas.index import index_versions, load_index
from schemas.reference import parse_reference
from streams.local.servers import LocalServers
from streams.read.dictionary import dictionary
from streams.read.reader import Reader
from streams.settings import Settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.migrations import FOLDER, Migrations
from streams.sinks.rows import ReferenceRow
from tests.sinks.row_examples import START, Figures, dossier, indicators, petition, score

DAY = 86_400_000
FOREVER = date(2299, 12, 31)


DOCUMENTS = (
    {
        "v": 1, "kind": "unit", "code": "H1",
        "history": [
            {"valid_from": "2020-01-01", "valid_to": "2023-12-31", "name": "Huyện Ấm", "level": "district",
             "unit_kind": "huyện", "parent": "H"},
            {"valid_from": "2024-01-01", "valid_to": None, "name": "Thành phố Ấm", "level": "district",
             "unit_kind": "thành phố", "parent": "H"},
        ],
    },
    {
        "v": 1, "kind": "procedure", "code": "1.1",
        "history": [{"valid_from": "2020-01-01", "valid_to": None, "name": "Khai sinh", "has_fee": True}],
    },
    {"v": 1, "kind": "calendar", "code": "VN", "version": 2, "off": ["2024-01-01"], "make_up": ["2024-01-06"]},
)  # fmt: skip


def records() -> list[ReferenceRow]:
    rows = []
    for offset, document in enumerate(DOCUMENTS):
        record = parse_reference(json.dumps(document).encode())
        rows.append(ReferenceRow(record.kind, record.code, 0, json.dumps(document), 1, offset, offset))
    return rows


@pytest.fixture(scope="module")
def filled(tables: Settings) -> Settings:
    sink = ClickHouseSink(connect(tables, "writer"), types_check=True)
    sink.write_reference(records())
    sink.write_scores([score("H1", "80", as_of=START), score("H2", "90", as_of=START)])
    sink.write_indicators([indicators("H1", Figures("RESOLVED_ON_TIME", "16", "20"), as_of=START)])
    sink.write_dossiers(
        [
            dossier("D1", received_at=START, due_at=START + DAY, channel=2, unit_code="H1", procedure_code="1.1",
                    finished_at=START + 3 * DAY, has_result=1),
            dossier("D2", received_at=START, due_at=START + DAY, unit_code="H1", procedure_code="1.1"),
        ]
    )  # fmt: skip
    sink.write_petitions([petition("P1", sent_at=START, received_at=START, answered_at=START + DAY)])
    sink.close()
    return tables


def found(client: Client, statement: str) -> list[dict[str, object]]:
    rows, columns = client.execute(statement, with_column_types=True)
    return [dict(zip((name for name, _ in columns), row, strict=True)) for row in rows]


@pytest.mark.usefixtures("filled")
def test_units_and_procedures_have_a_row_for_every_validity(reader: Client):
    rows = found(reader, "SELECT * FROM bi_dim_unit ORDER BY valid_from")
    assert [(row["unit_name"], row["valid_to"], row["is_current"]) for row in rows] == [
        ("Huyện Ấm", date(2023, 12, 31), 0),
        ("Thành phố Ấm", FOREVER, 1),
    ]
    assert (rows[0]["level"], rows[0]["parent_code"], rows[0]["unit_kind"]) == ("district", "H", "huyện")
    (procedure,) = found(reader, "SELECT * FROM bi_dim_procedure")
    assert (procedure["procedure_name"], procedure["has_fee"], procedure["max_time"]) == (
        "Khai sinh",
        1,
        None,
    )


@pytest.mark.usefixtures("filled")
def test_days_know_holidays_and_make_up_days(reader: Client):
    rows = found(
        reader, "SELECT * FROM bi_dim_date WHERE day BETWEEN '2024-01-01' AND '2024-01-07' ORDER BY day"
    )
    assert [row["is_working_day"] for row in rows] == [0, 1, 1, 1, 1, 1, 0]
    assert (rows[0]["month_key"], rows[0]["quarter_key"], rows[0]["weekday"]) == ("2024-01", "2024-Q1", 1)


def test_the_dimensions_of_the_index_are_those_of_its_files(reader: Client):
    rows = found(reader, "SELECT * FROM bi_dim_indicator ORDER BY formula, position")
    grades = found(reader, "SELECT * FROM bi_dim_grade ORDER BY formula, from_total DESC")
    expected, expected_grades = [], []
    for name in sorted(index_versions()):
        index = load_index(name)
        for position, (group, one) in enumerate(index.indicators(), 1):
            expected.append(
                {
                    "formula": name,
                    "indicator": one.code,
                    "position": position,
                    "group_code": group.code,
                    "group_name_vi": group.name_vi,
                    "group_name_en": group.name_en,
                    "group_maximum": group.maximum,
                    "number": one.doc_id or "",
                    "name_vi": one.name_vi,
                    "name_en": one.name_en,
                    "maximum": one.maximum,
                    "target": one.target,
                    "numerator": one.numerator or "",
                    "denominator": one.denominator or "",
                    "zero_rule": one.zero_rule.value,
                    **{f"{level}_policy": policy.value for level, policy in one.policy},
                }
            )
        expected_grades += [
            {"formula": name, "grade": grade.code, "name_vi": grade.name_vi, "name_en": grade.name_en,
             "from_total": grade.from_total}
            for grade in index.grades
        ]  # fmt: skip
    assert rows == expected
    assert grades == expected_grades


@pytest.mark.usefixtures("filled")
def test_facts_by_day_are_the_history_of_scores(reader: Client):
    rows = found(reader, "SELECT * FROM bi_fact_score_day ORDER BY unit_code")
    assert [(row["unit_code"], row["total"], row["rank"]) for row in rows] == [
        ("H1", Decimal("80.00"), 2),
        ("H2", Decimal("90.00"), 1),
    ]
    (sum_of_groups,) = found(
        reader, "SELECT sum(score) AS total FROM bi_fact_group_day WHERE unit_code = 'H1'"
    )
    assert sum_of_groups["total"] == Decimal("80.00")
    (indicator,) = found(reader, "SELECT * FROM bi_fact_indicator_day")
    assert (indicator["numerator"], indicator["denominator"], indicator["score"], indicator["lost"]) == (
        8,
        10,
        Decimal("16.00"),
        Decimal("4.00"),
    )
    (period,) = found(reader, "SELECT * FROM bi_dim_period")
    assert (period["period"], period["period_start"], period["previous_period"]) == (
        "2024-Q1",
        date(2024, 1, 1),
        "2023-Q4",
    )


@pytest.mark.usefixtures("filled")
def test_facts_of_dossiers_and_petitions_are_days_and_flags(reader: Client):
    ended, running = found(reader, "SELECT * FROM bi_fact_dossier ORDER BY dossier_code")
    assert (ended["received_day"], ended["ended_day"], ended["days_taken"]) == (
        date(2024, 1, 1),
        date(2024, 1, 4),
        3,
    )
    assert (running["is_open"], running["is_late_now"], ended["is_late_now"]) == (1, 1, 0)
    days = found(reader, "SELECT * FROM bi_fact_dossier_day ORDER BY day")
    assert [(row["day"], row["received"], row["received_online"], row["ended"]) for row in days] == [
        (date(2024, 1, 1), 2, 1, 0),
        (date(2024, 1, 4), 0, 0, 1),
    ]
    assert (days[1]["ended_after_due"], days[1]["ended_with_result"]) == (1, 1)
    (one,) = found(reader, "SELECT * FROM bi_fact_petition")
    assert (one["outcome"], one["answered_day"]) == ("answered", date(2024, 1, 2))


def test_the_data_dictionary_is_that_of_the_comments_and_the_index(tables: Settings):
    versions = [load_index(name) for name in sorted(index_versions())]
    with Reader(tables) as reader:
        made = dictionary(reader, versions)
    committed = FOLDER.parents[1] / "docs" / "data-dictionary.md"
    assert made == committed.read_text(encoding="utf-8"), (
        "make it again: nhip766 dictionary > docs/data-dictionary.md"
    )


@pytest.fixture
def installed(tables: Settings) -> Iterator[Settings]:
    """The database under its usual name, the only one that the role `bi` may read."""
    settings = tables.model_copy(update={"clickhouse_database": "nhip766"})
    Migrations(settings).up()
    yield settings
    client = connect(settings, "migrator")
    client.execute("DROP DATABASE nhip766 SYNC")
    client.disconnect()


def test_the_role_of_bi_tools_reads_the_star_and_nothing_else_within_its_limits(
    installed: Settings, servers: LocalServers
):
    address = servers.clickhouse
    bi = address.bi
    client = Client(address.host, address.port, "nhip766", bi.user, bi.password)
    views = [name for (name,) in client.execute("SHOW TABLES FROM nhip766")]
    assert len(views) == 12
    for name in views:
        assert name.startswith("bi_")
        client.execute(f"SELECT * FROM nhip766.{name} LIMIT 1")
    with pytest.raises(Exception, match="Not enough privileges"):
        client.execute("SELECT count() FROM nhip766.dossier_facts")
    with pytest.raises(Exception, match=r"Not enough privileges|readonly"):
        client.execute("CREATE TABLE nhip766.mine (a Int8) ENGINE = Memory")
    with pytest.raises(Exception, match="max_execution_time"):
        client.execute("SELECT 1", settings={"max_execution_time": 3600})
    quota = client.execute("SELECT max_queries, max_execution_time FROM system.quota_usage")
    assert quota == [(10_000, 1800)]
    client.disconnect()
    del installed
