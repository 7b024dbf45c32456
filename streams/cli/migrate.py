"""`nhip766 migrate`: bring the tables and views of ClickHouse to where this program needs them."""

import json
from typing import Annotated

import typer

from streams.errors import UserError
from streams.settings import load_settings
from streams.sinks.migrations import APPLIED, Migrations

HELP = """Apply, take back or list the migrations of ClickHouse (deploy/clickhouse).

\b
Examples:
  nhip766 migrate up              apply everything that is pending
  nhip766 migrate status --json   what is applied; exit code 1 if anything is not
  nhip766 migrate down --to 4 --yes
"""

AsJson = Annotated[bool, typer.Option("--json", help="Print for programs.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("up")(up)
    group.command("down")(down)
    group.command("status")(status)
    app.add_typer(group, name="migrate")


def up(
    to: Annotated[int | None, typer.Option(help="Stop after this version; default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create the database if need be and apply what is pending."""
    applied = Migrations(load_settings()).up(to)
    if as_json:
        typer.echo(json.dumps({"applied": applied}))
    elif applied:
        typer.echo(f"applied: {_numbers(applied)}")
    else:
        typer.echo("nothing to apply")


def down(
    steps: Annotated[int, typer.Option(min=1, help="How many migrations to take back, newest first.")] = 1,
    to: Annotated[int | None, typer.Option(min=0, help="Take back all above this version instead.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree that tables and their rows are dropped.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take migrations back; their tables are dropped with all rows."""
    if not yes:
        raise UserError("this drops tables with all their rows; add --yes if you mean it")
    taken = Migrations(load_settings()).down(steps, to)
    if as_json:
        typer.echo(json.dumps({"taken_back": taken}))
    elif taken:
        typer.echo(f"taken back: {_numbers(taken)}")
    else:
        typer.echo("nothing to take back")


def status(as_json: AsJson = False) -> None:
    """List every migration; exit code 1 unless all are applied and unchanged."""
    found = Migrations(load_settings()).status()
    if as_json:
        typer.echo(json.dumps([migration._asdict() for migration in found]))
    else:
        for migration in found:
            typer.echo(f"{migration.version:03}  {migration.state:<12}  {migration.name}")
    if any(migration.state != APPLIED for migration in found):
        raise typer.Exit(1)


def _numbers(versions: list[int]) -> str:
    return ", ".join(f"{version:03}" for version in versions)
