"""`nhip766 notify`: tell people and programs of the alerts, until told to stop."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from streams.errors import UserError
from streams.log import configure_logging
from streams.notify.notifier import Notifier
from streams.notify.routing_file import json_schema, read_routing
from streams.settings import Settings, load_settings, variable

HELP = """Tell people and programs of alerts: a process of its own, which reads the alert topic.

Who is told what, and by which channel, stands in a routing file (NHIP766_NOTIFY_ROUTING; deploy/notify has an example).
What is owed stands in NHIP766_NOTIFY_STATE, by default NHIP766_DATA_DIR/notify.sqlite: nothing is lost by a kill, and
nothing is told twice but what was being handed over at that moment; that has the same idempotency key. One such process
is enough, two refuse to share a state.

\b
Examples:
  NHIP766_NOTIFY_ROUTING=routing.yaml nhip766 notify
  nhip766 notify --routing routing.yaml
  nhip766 notify --schema > routing.schema.json     the schema of the routing file, for an editor
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("notify", help=HELP)(notify)


def notify(
    routing: Annotated[Path | None, typer.Option(help="Routing file instead of the setting's.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the schema of the routing file.")] = False,
) -> None:
    """Run until SIGINT or SIGTERM."""
    if schema:
        typer.echo(json_schema(), nl=False)
        return
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    if settings.log_level == "info":
        logging.getLogger("kafka").setLevel(logging.WARNING)  # at info it tells of every connection
    Notifier(settings, read_routing(routing_path(settings, routing))).run()


def routing_path(settings: Settings, given: Path | None) -> Path:
    """Return the routing file that is meant; raises UserError if none is named."""
    path = given or settings.notify_routing
    if path is None:
        raise UserError(f"name a routing file: --routing FILE, or {variable('notify_routing')}")
    return path
