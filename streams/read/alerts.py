"""Open alerts, as the views of ClickHouse have them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.alert_wire import Alert
from streams.errors import UserError
from streams.read.below import BELOW
from streams.read.reader import Reader

_MOMENTS = ("due_at", "raised_at", "changed_at", "ring_at", "until", "as_of")
_CODES = ("dossier_code", "petition_code", "procedure_code", "stage_id", "subject")
_PLAIN = ("alert_id", "seq", "kind", "severity", "change", "unit_code", "level", "status")
_COLUMNS = ", ".join(
    (
        *_PLAIN,
        *_CODES,
        "told_units",
        "computed",
        "silent",
        "figures",
        "acted_by",
        *(f"toUnixTimestamp64Milli({name}) AS {name}_ms" for name in _MOMENTS),
    )
)
_GRAVEST_FIRST = "indexOf(['critical', 'serious', 'warning', 'info'], severity), due_at, alert_id"
_WHERE = (
    " WHERE (%(kind)s = '' OR kind = %(kind)s)"
    " AND (%(stage)s = '' OR stage_id = %(stage)s) AND (%(status)s = '' OR status = %(status)s)"
    " AND (%(state)s = '' OR alert_id IN (SELECT alert_id FROM deadlines WHERE state = %(state)s))"
    " AND startsWith(alert_id, %(beginning)s)"
)
LATE_KINDS = ("dossier_late", "dossier_late_again", "second_supplement")
"""Kinds that say that a dossier is late."""
SHORTEST: int = 6
"""Fewest letters by which an alert may be called."""


class Only(NamedTuple):
    """What else narrows alerts: a state as the view `deadlines` has it, a stage, a status; empty is any."""

    state: str = ""
    stage: str = ""
    status: str = ""


class OpenAlert(NamedTuple):
    """An alert that is not resolved; `status` is raised, acknowledged or snoozed."""

    alert: Alert
    status: str


class OpenAlerts(NamedTuple):
    """Some open alerts, and how many there are of them in all."""

    alerts: list[OpenAlert]
    total: int


def open_alerts(
    reader: Reader,
    *,
    unit: str | None = None,
    kind: str | None = None,
    only: Only = Only(),  # noqa: B008 - a tuple, which nobody can change
    beginning: str = "",
    limit: int,
    offset: int = 0,
) -> OpenAlerts:
    """Return open alerts, the gravest and then the longest due first; raises UserError as `Reader.rows`.

    `unit` means those of the units below it, too.
    """
    asked = {
        **only._asdict(),
        "unit": unit or "",
        "kind": kind or "",
        "beginning": beginning,
        "limit": limit,
        "offset": offset,
    }
    where = _WHERE + (f" AND {BELOW.format('unit_code')}" if unit else "")
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM open_alerts{where} ORDER BY {_GRAVEST_FIRST} LIMIT %(limit)s OFFSET %(offset)s",  # noqa: S608
        asked,
    )
    (count,) = reader.rows(f"SELECT count() AS total FROM open_alerts{where}", asked)  # noqa: S608
    return OpenAlerts([OpenAlert(_alert(row), row["status"]) for row in rows], count["total"])


class NewestAlerts(NamedTuple):
    """Alerts that were changed last, how many are open in all, and how many dossiers are late among them."""

    alerts: list[OpenAlert]
    total: int
    late: int


def newest_alerts(reader: Reader, *, last: str = "", ended_since: int, limit: int) -> NewestAlerts:
    """Return open alerts and those that ended since a moment (epoch ms) with people told, changed last first.

    Those of dossiers whose codes begin with `last` come after all others. Raises UserError as `Reader.rows`.
    """
    rows = reader.rows(
        f"SELECT {_COLUMNS} FROM alerts_view"  # noqa: S608
        " WHERE status != 'resolved' OR (silent = 0 AND toUnixTimestamp64Milli(changed_at) >= %(since)s)"
        " ORDER BY startsWith(dossier_code, %(last)s), changed_at DESC, alert_id LIMIT %(limit)s",
        {"since": ended_since, "last": last, "limit": limit},
    )
    (counted,) = reader.rows(
        "SELECT count() AS total, uniqExactIf(dossier_code, kind IN %(late)s) AS late FROM open_alerts",
        {"late": LATE_KINDS},
    )
    alerts = [OpenAlert(_alert(row), row["status"]) for row in rows]
    return NewestAlerts(alerts, counted["total"], counted["late"])


def find_alert(reader: Reader, beginning: str) -> OpenAlert:
    """Return the open alert whose id begins so; raises UserError if there is none or more than one."""
    if len(beginning) < SHORTEST:
        raise UserError(f"{beginning!r} is too short: give at least {SHORTEST} letters of the alert's id")
    found = open_alerts(reader, beginning=beginning.lower(), limit=2).alerts
    if not found:
        raise UserError(f"no open alert begins with {beginning!r}; see them with: nhip766 alerts list")
    if len(found) > 1:
        raise UserError(f"several open alerts begin with {beginning!r}: give more of the id")
    return found[0]


def _alert(row: Mapping[str, Any]) -> Alert:
    fields: dict[str, Any] = {name: row[name] for name in _PLAIN if name != "status"}
    fields |= {name: row[f"{name}_ms"] for name in _MOMENTS}
    fields |= {name: row[name] or None for name in _CODES}
    return Alert(
        **fields,
        told_units=tuple(row["told_units"]),
        computed=bool(row["computed"]),
        silent=bool(row["silent"]),
        figures=dict(row["figures"]),
        by=row["acted_by"] or None,
    )
