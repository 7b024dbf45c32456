"""`nhip766`: one program, one file per command, each imported only when it is asked for.

Every command's module has `register(app)`. A `UserError` from below becomes one line and its exit code.
"""

import importlib
import importlib.metadata
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from streams.errors import UserError

COMMANDS = (
    "demo",
    "ingest",
    "simulate",
    "rank",
    "explain",
    "gains",
    "why",
    "export",
    "dictionary",
    "audit",
    "score",
    "board",
    "worker",
    "notify",
    "alerts",
    "topics",
    "migrate",
    "deadletters",
    "replay",
    "doctor",
    "local",
    "settings",
    "metrics",
)

HELP = """Nhịp 766: the index of Decision 766/QĐ-TTg, kept second by second.

\b
Examples:
  nhip766 demo                    play a scenario, with its live ranking
  nhip766 score figures.csv       scores from numerators and denominators alone
  nhip766 rank --period 2024-Q1   the ranking as ClickHouse holds it
  nhip766 doctor                  check every part, and say how to mend it
"""


class _Group(TyperGroup):
    """Finds commands by their module, and ends a person's mistake as one line."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        importlib.import_module(f"streams.cli.{cmd_name}").register(alone)
        return typer.main.get_group(alone).commands[cmd_name]

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as problem:
            print(f"error: {problem}", file=sys.stderr)
            raise typer.Exit(problem.exit_code) from None


app = typer.Typer(
    cls=_Group,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nhip766 {importlib.metadata.version('nhip766')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that come before a command."""
