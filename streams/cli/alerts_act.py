"""`nhip766 alerts ack|snooze`: take an alert on, or put it off."""

import json
import re
from typing import Annotated, Final

import typer

from schemas.alerts import ActionKind
from streams.core.alert_texts import alert_text, local_time
from streams.errors import UserError
from streams.intake.alert_actions import new_action, send_action
from streams.read.alerts import find_alert
from streams.read.reader import Reader
from streams.settings import load_settings

ACK_HELP = """Acknowledge an alert: somebody is on it, and it climbs no further.

\b
Examples:
  nhip766 alerts ack 1f0c9d6a5b7e
  nhip766 alerts ack 1f0c9d6a5b7e --by van-phong-ubnd --note "đang trình ký"
"""
SNOOZE_HELP = """Put an alert off for a while; what it would have told meanwhile is told then. `--for 0m` ends that.

\b
Examples:
  nhip766 alerts snooze 1f0c9d6a5b7e --for 4h
  nhip766 alerts snooze 1f0c9d6a5b7e --for 2d --by van-phong-ubnd
  nhip766 alerts snooze 1f0c9d6a5b7e --for 0m
"""
UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
LONGEST_DAYS: Final = 60

AlertName = Annotated[
    str, typer.Argument(metavar="ALERT", help="Its id or how that begins, as `list` shows it.")
]
By = Annotated[str, typer.Option(help="Account or role that acts; not a person's name.")]
Note = Annotated[str | None, typer.Option(help="Why, without personal data.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the action as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ack", help=ACK_HELP)(acknowledge)
    app.command("snooze", help=SNOOZE_HELP)(snooze)


def acknowledge(alert: AlertName, by: By = "cli", note: Note = None, as_json: AsJson = False) -> None:
    """Send the action."""
    _act(alert, "ack", None, by=by, note=note, as_json=as_json)


def snooze(
    alert: AlertName,
    length: Annotated[str, typer.Option("--for", help="How long: 30m, 4h, 2d.")],
    by: By = "cli",
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Send the action."""
    span = milliseconds(length)
    _act(alert, "snooze" if span else "unsnooze", span or None, by=by, note=note, as_json=as_json)


def milliseconds(length: str) -> int:
    """Return a length of time like `4h` in milliseconds; raises UserError for anything else."""
    found = re.fullmatch(r"(\d{1,5})([mhd])", length)
    span = int(found[1]) * UNITS[found[2]] if found else -1
    if not 0 <= span <= LONGEST_DAYS * UNITS["d"]:
        raise UserError(
            f"--for {length!r}: give minutes, hours or days up to {LONGEST_DAYS}d, like 30m, 4h, 2d"
        )
    return span


def _act(name: str, kind: ActionKind, span: int | None, *, by: str, note: str | None, as_json: bool) -> None:
    settings = load_settings()
    with Reader(settings) as reader:
        found = find_alert(reader, name).alert
    action = new_action(found.alert_id, kind, by=by, note=note)
    if span is not None:
        action = new_action(found.alert_id, kind, by=by, until=action.at + span, note=note)
    send_action(settings, settings.kafka, action)
    if as_json:
        typer.echo(json.dumps(action.model_dump(exclude_none=True), ensure_ascii=False))
        return
    said = {"ack": "acknowledged", "unsnooze": "no longer snoozed"}.get(
        kind, f"snoozed until {local_time(action.until)}"
    )
    typer.echo(f"{said}: {alert_text(found, language='en').title}")
