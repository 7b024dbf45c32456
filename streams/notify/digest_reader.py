"""Alerts that were open at a moment, from ClickHouse."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from streams.notify.digest import OpenAlert
from streams.read.moment import literal
from streams.read.reader import Reader

_OPEN_AT: Final = """
SELECT
    kind, unit_code, dossier_code, petition_code, procedure_code, stage_id, toUnixTimestamp64Milli(due_at) AS due_ms,
    told_units
FROM
(
    SELECT * FROM alert_history
    WHERE changed_at <= %(at)s
    ORDER BY alert_id, seq DESC
    LIMIT 1 BY alert_id
)
WHERE change != 'resolved' AND (dossier_code != '' OR petition_code != '')
ORDER BY unit_code, due_at, dossier_code
"""


def open_alerts(reader: Reader, as_of: int) -> Mapping[str, list[OpenAlert]]:
    """Return the alerts of dossiers and petitions that were open at a moment (epoch ms), by unit.

    An alert that has climbed the ladder is told to the units there, too. Raises UserError if ClickHouse does not answer
    or is not migrated.
    """
    at = literal(datetime.fromtimestamp(as_of / 1000, UTC))
    found: dict[str, list[OpenAlert]] = {}
    for row in reader.rows(_OPEN_AT, {"at": at}):
        alert = OpenAlert(
            row["kind"],
            row["unit_code"],
            row["dossier_code"],
            row["petition_code"],
            row["procedure_code"],
            row["stage_id"],
            row["due_ms"],
        )
        for unit in {row["unit_code"], *row["told_units"]}:
            found.setdefault(unit, []).append(alert)
    return found
