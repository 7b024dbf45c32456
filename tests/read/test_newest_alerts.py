"""The alerts that were changed last, from a real ClickHouse."""

from datetime import UTC, datetime

from streams.read.alerts import newest_alerts
from streams.read.reader import Reader
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.notify.alerts import NINE

COLUMNS = (
    "alert_id, seq, kind, severity, change, unit_code, told_units, level, dossier_code, due_at, raised_at, changed_at,"
    " ring_at, silent, as_of, version"
)
MINUTE = 60_000


def _row(number, dossier, at, *, kind="dossier_late", change="raised", silent=0):
    moment = datetime.fromtimestamp(at / 1000, UTC)
    named = (f"{number:032x}", 1, kind, "serious", change, "BD.01", ["BD.01"], 0, dossier)
    return (*named, moment, moment, moment, moment, silent, moment, 1)


def test_what_changed_last_is_first_others_before_the_storys_own_and_what_ended_stays_a_while(database):
    Migrations(database).up(None)
    client = connect(database, "writer")
    client.execute(
        f"INSERT INTO alerts ({COLUMNS}) VALUES",
        [
            _row(1, "S-1", NINE),
            _row(2, "S-2", NINE + MINUTE, kind="stage_late"),
            _row(3, "MINE-1", NINE - MINUTE, kind="dossier_due_today"),
            _row(4, "S-3", NINE + 2 * MINUTE, change="resolved"),
            _row(5, "S-4", NINE - MINUTE, change="resolved"),
            _row(6, "S-5", NINE + 2 * MINUTE, change="resolved", silent=1),
            _row(7, "S-1", NINE - 2 * MINUTE, kind="second_supplement"),
        ],
    )
    client.disconnect()
    with Reader(database) as reader:
        found = newest_alerts(reader, last="S-", ended_since=NINE, limit=10)
        plain = newest_alerts(reader, ended_since=NINE, limit=2)
    said = [(each.alert.dossier_code, each.status) for each in found.alerts]
    assert said == [
        ("MINE-1", "raised"),
        ("S-3", "resolved"),
        ("S-2", "raised"),
        ("S-1", "raised"),
        ("S-1", "raised"),
    ]
    assert (found.total, found.late) == (4, 1)
    assert [each.alert.dossier_code for each in plain.alerts] == ["S-3", "S-2"]
