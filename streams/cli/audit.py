"""`nhip766 audit`: counts again from the log and by SQL, compares with the live rows, closes the account of offsets."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streams.audit.audit import Audit, Request
from streams.intake.patience import say_on_stderr
from streams.log import quiet
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Hold every live figure against a recount, and every event against what became of it.

The event log is counted again from its beginning with no deltas, the stored facts of dossiers are counted by SQL, and
both must equal the stored rows, cell by cell. Every event must be merged, a tick, or a dead letter with its reason.
It works while workers run: it waits until they have reached the end of the log as it was at the start.
Exit code 0 if everything agrees, 1 if not.

\b
Examples:
  nhip766 audit
  nhip766 audit --unit H44.100 --period 2026-08 --json
  nhip766 audit --as-of 2024-04-04          what a replay said at the end of that day
"""
PATIENCE_SECONDS = 60.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit", help=HELP)(audit)


def audit(
    unit: Annotated[
        list[str] | None, typer.Option(help="Code of a unit; may be repeated. All by default.")
    ] = None,
    period: Annotated[
        list[str] | None,
        typer.Option(help="2024-03, 2024-Q1, 2024; may be repeated. All open ones by default."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="As a replay said it then: a day (its end) or an ISO moment.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
    most: Annotated[int, typer.Option("--show", min=1, help="Differences of each kind to print.")] = 20,
) -> None:
    """Audit and say what was found."""
    settings = load_settings()
    request = Request(frozenset(unit or ()), period or (), None if as_of is None else parse_as_of(as_of))
    with quiet("kafka"), Reader(settings) as reader:
        report = Audit(settings, reader, _progress, say_on_stderr, PATIENCE_SECONDS).run(request)
    if as_json:
        typer.echo(json.dumps(report.document(), ensure_ascii=False))
    else:
        for line in report.lines(most):
            typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error; only a terminal sees it move."""
    columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.update(task, completed=count)
