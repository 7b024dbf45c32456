"""The alerts open at a moment, from a real ClickHouse."""

from datetime import UTC, datetime

from streams.notify.digest_reader import open_alerts
from streams.read.reader import Reader
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations
from tests.notify.alerts import NINE

HOUR = 3_600_000
COLUMNS = (
    "alert_id, seq, kind, severity, change, unit_code, told_units, level, dossier_code, petition_code, stage_id,"
    " due_at, raised_at, changed_at, ring_at, as_of, version"
)


def _row(number, seq, change, at, *, kind="dossier_late", told=("H09.50",), dossier="D1", petition=""):
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return (
        *(f"{number:032x}", seq, kind, "serious", change, "H09.50", list(told), seq - 1),
        *(dossier, petition, "", moment, moment, moment, moment, moment, seq),
    )


def test_what_was_open_at_a_moment_is_told_to_its_unit_and_to_those_it_has_climbed_to(database):
    Migrations(database).up(None)
    client = connect(database, "writer")
    client.execute(
        f"INSERT INTO alert_changes ({COLUMNS}) VALUES",
        [
            _row(1, 1, "raised", NINE),
            _row(1, 2, "escalated", NINE + HOUR, told=("H09",)),
            _row(1, 3, "resolved", NINE + 2 * HOUR),
            _row(2, 1, "raised", NINE, kind="petition_late", dossier="", petition="P1"),
            _row(3, 1, "raised", NINE, kind="rank_fell", dossier=""),
        ],
    )
    client.disconnect()

    def at(moment):
        with Reader(database) as reader:
            found = open_alerts(reader, moment)
        return {
            unit: sorted((a.kind, a.dossier_code, a.petition_code) for a in held)
            for unit, held in found.items()
        }

    late, petition = ("dossier_late", "D1", ""), ("petition_late", "", "P1")
    assert at(NINE - 1) == {}
    assert at(NINE) == {"H09.50": [late, petition]}
    assert at(NINE + HOUR) == {"H09.50": [late, petition], "H09": [late]}
    assert at(NINE + 2 * HOUR) == {"H09.50": [petition]}
    with Reader(database) as reader:
        assert open_alerts(reader, NINE)["H09.50"][0].due_at == NINE
