"""`nhip766 doctor`: look at every part, say what is wrong and how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streams.cli.checks.check import Check, guarded
from streams.cli.checks.clickhouse import check_clickhouse
from streams.cli.checks.kafka import check_kafka
from streams.cli.checks.packages import check_packages
from streams.settings import load_settings

MARKS = {
    "ok": "[green]ok[/]",
    "warning": "[yellow]warning[/]",
    "failed": "[red]FAILED[/]",
    "skipped": "[dim]skipped[/]",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Check packages, Kafka, topics, lag, ClickHouse, accounts, clock and migrations; exit 1 if one failed.

    \b
    Examples:
      nhip766 doctor
      nhip766 doctor --json
    """
    settings = load_settings()
    checks = [
        *guarded("packages", check_packages),
        *guarded("kafka", lambda: check_kafka(settings)),
        *guarded("clickhouse", lambda: check_clickhouse(settings)),
    ]
    healthy = all(check.state != "failed" for check in checks)
    if as_json:
        report = {"ok": healthy, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(checks)
    if not healthy:
        raise typer.Exit(1)


def _show(checks: list[Check]) -> None:
    table = Table("check", "state", "found", "to mend it", box=None)
    for check in checks:
        table.add_row(check.name, MARKS[check.state], escape(check.found), escape(check.fix))
    Console().print(table)
