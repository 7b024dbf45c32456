"""`nhip766 topics create|check`: the topics that `schemas/topics/*.yaml` describe."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from streams.intake.topic_admin import TopicReport, check_topics, create_topics
from streams.settings import load_settings

STATES_VI = {"ok": "đúng", "missing": "thiếu", "differs": "khác"}

group = typer.Typer(help="Create and check the topics.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    app.add_typer(group, name="topics")


@group.command()
def create(
    as_json: Annotated[bool, typer.Option("--json", help="Print the names of new topics as JSON.")] = False,
) -> None:
    """Create the topics that are missing; refuse if one has another number of partitions."""
    settings = load_settings()
    made = create_topics(settings, settings.kafka)
    if as_json:
        typer.echo(json.dumps({"created": made}))
    else:
        typer.echo("\n".join(f"created {name}" for name in made) or "all topics exist")


@group.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the reports as JSON.")] = False,
) -> None:
    """Compare the broker's topics with their files; exit 1 if one is missing or differs."""
    settings = load_settings()
    reports = check_topics(settings, settings.kafka)
    if as_json:
        typer.echo(json.dumps([asdict(report) for report in reports]))
    else:
        _show(reports)
    if any(report.state != "ok" for report in reports):
        raise typer.Exit(1)


def _show(reports: list[TopicReport]) -> None:
    table = Table("topic", "phân vùng", "trạng thái", box=None)
    for report in reports:
        table.add_row(report.topic, str(report.partitions or "-"), STATES_VI[report.state])
    Console().print(table)
    for report in reports:
        for sentence in report.differences:
            typer.echo(sentence)
