"""`nhip766 alerts digest`: the morning's digest of a unit, as it is sent."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

import typer

from streams.core.periods import date_of, day_of, day_start, local_day
from streams.errors import UserError
from streams.intake.reference_log import read_reference
from streams.notify.building import now_ms
from streams.notify.digest import make_digest
from streams.notify.digest_pages import digest_letter
from streams.notify.digest_reader import open_alerts
from streams.notify.digest_words import Naming
from streams.notify.names import Names
from streams.read.reader import Reader
from streams.read.units import plain
from streams.settings import load_settings

HELP = """Print the digest of a unit: what is late, due today, due on the next working day, and by stage.

It is what `nhip766 notify` sends each working morning at 07:30. Without --unit: of every unit with something to read.

\b
Examples:
  nhip766 alerts digest --unit "Thuận An"
  nhip766 alerts digest --unit H09.50 --date 2024-03-29
  nhip766 alerts digest --unit H09.50 --html > digest.html
"""

MORNING_MS: Final = (7 * 60 + 30) * 60_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("digest", help=HELP)(digest)


def digest(
    unit: Annotated[str | None, typer.Option(help="Code of a unit, or its name or a part of it.")] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="The morning of this day; default: today.")
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="Print the page that mails show.")] = False,
) -> None:
    """Print digests."""
    settings = load_settings()
    as_of = _moment(day)
    names = Names(lambda: read_reference(settings, settings.kafka), time.monotonic)
    with Reader(settings) as reader:
        alerts = open_alerts(reader, as_of)
    units = sorted(alerts) if unit is None else [_find(unit, {**dict.fromkeys(alerts, ""), **names.units()})]
    for code in units:
        made = make_digest(code, alerts.get(code, ()), as_of, names.calendar())
        letter = digest_letter(made, Naming(names.unit, names.procedure))
        typer.echo(letter.html if html else f"{letter.title}\n\n{letter.text}")
    if not units:
        typer.echo("no unit has anything to read")


def _moment(day: str | None) -> int:
    """Return 07:30 of the day, now if that is still to come."""
    now = now_ms()
    try:
        number = local_day(now) if day is None else day_of(date.fromisoformat(day))
    except ValueError:
        raise UserError(f"not a day: {day!r} (use {date_of(local_day(now)).isoformat()})") from None
    return min(day_start(number) + MORNING_MS, now)


def _find(said: str, names: Mapping[str, str]) -> str:
    if said in names:
        return said
    wanted = plain(said)
    found = [code for code, name in names.items() if plain(name) == wanted] or [
        code for code, name in names.items() if wanted and wanted in plain(name)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(f"{names[code]} ({code})" for code in found[:6])
        raise UserError(f"{said!r} may be {shown}: say its code")
    raise UserError(f"there is no unit {said!r}")
