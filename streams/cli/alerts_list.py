"""`nhip766 alerts list`: what is late or about to be, and what to do."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from schemas.alert_wire import Alert
from streams.cli.printing import console
from streams.core.alert_texts import alert_text, local_time
from streams.read.alerts import OpenAlert, open_alerts
from streams.read.reader import Reader
from streams.read.words import ALERT_STATES
from streams.settings import load_settings

HELP = """List the alerts that are not resolved, the most serious first.

\b
Examples:
  nhip766 alerts list
  nhip766 alerts list --unit H44.100 --kind dossier_late
  nhip766 alerts list --lang en --limit 20
  nhip766 alerts list --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", help=HELP)(list_alerts)


def list_alerts(
    unit: Annotated[str | None, typer.Option(help="Only those of this unit (its code) and below.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only those of this kind, e.g. dossier_late.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Show at most so many.")] = 50,
    lang: Annotated[str, typer.Option(help="Language of the texts: vi or en.")] = "vi",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Read the view and print it."""
    if lang not in {"vi", "en"}:
        raise typer.BadParameter("vi or en", param_hint="--lang")
    with Reader(load_settings()) as reader:
        found = open_alerts(reader, unit=unit, kind=kind, limit=limit)
    if as_json:
        for each in found.alerts:
            typer.echo(json.dumps(_document(each), ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("mã", "mức", "đơn vị", "hạn", "trạng thái", "cảnh báo"):
        table.add_column(name, overflow="fold")
    for each in found.alerts:
        alert = each.alert
        table.add_row(
            alert.alert_id[:12],
            alert.severity,
            alert.unit_code,
            local_time(alert.due_at),
            ALERT_STATES[each.status],
            alert_text(alert, language="en" if lang == "en" else "vi").title,
        )
    console().print(table)
    typer.echo(f"{len(found.alerts)} of {found.total} open alerts")


def _document(each: OpenAlert) -> dict[str, Any]:
    """Return an alert for programs: times as RFC 3339, and its texts."""
    alert: Alert = each.alert
    text = alert_text(alert)
    return {
        "alert_id": alert.alert_id,
        "kind": alert.kind,
        "severity": alert.severity,
        "status": each.status,
        "unit_code": alert.unit_code,
        "level": alert.level,
        "dossier_code": alert.dossier_code,
        "petition_code": alert.petition_code,
        "stage_id": alert.stage_id,
        "subject": alert.subject,
        "due_at": _rfc3339(alert.due_at),
        "computed": alert.computed,
        "raised_at": _rfc3339(alert.raised_at),
        "until": _rfc3339(alert.until),
        "by": alert.by,
        "silent": alert.silent,
        "title": text.title,
        "what_to_do": text.what_to_do,
    }


def _rfc3339(moment: int | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment / 1000, UTC).isoformat()
