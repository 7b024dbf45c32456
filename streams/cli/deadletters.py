"""`nhip766 deadletters list`: what was refused, why, and where the original stands."""

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from streams.intake.dead_letter_log import BuriedRecord, read_dead_letters
from streams.intake.lenient import VIETNAM
from streams.settings import load_settings

group = typer.Typer(help="Show what was refused.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(group, name="deadletters")


@group.callback()
def _group() -> None:
    """Keep `list` a command of the group although it is the only one."""


@group.command("list")
def show(
    limit: Annotated[int, typer.Option(min=1, help="Show only the newest ones.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, with shapes and hashes.")
    ] = False,
) -> None:
    """List dead letters, oldest first.

    \b
    Examples:
      nhip766 deadletters list --limit 10
      nhip766 deadletters list --json
    """
    settings = load_settings()
    letters = read_dead_letters(settings, settings.kafka)
    shown = letters[-limit:]
    if as_json:
        for letter in shown:
            typer.echo(json.dumps(letter._asdict(), ensure_ascii=False))
        return
    _print_table(shown)
    typer.echo(f"{len(shown)} of {len(letters)} dead letters")


def _print_table(letters: list[BuriedRecord]) -> None:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("thời điểm", no_wrap=True)
    table.add_column("lý do", no_wrap=True)
    table.add_column("trường", overflow="fold")
    table.add_column("vị trí", overflow="fold")
    table.add_column("bytes", justify="right")
    table.add_column("lần", justify="right")
    for letter in letters:
        moment = datetime.fromtimestamp(letter.time / 1000, VIETNAM)
        table.add_row(
            f"{moment:%Y-%m-%d %H:%M:%S}",
            letter.reason,
            letter.field or "",
            letter.position,
            str(letter.size),
            str(letter.times),
        )
    Console().print(table)
