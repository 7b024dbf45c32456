"""`nhip766 replay`: a past told again into topics, a group and a database of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streams.core.periods import LOCAL, moment
from streams.errors import UserError
from streams.log import quiet
from streams.replay.run import Plan, Run
from streams.replay.sources import ArchiveSource, FileSource, PastSource, TopicSource
from streams.replay.target import Target
from streams.replay.telling import Step
from streams.settings import Settings, load_settings

HELP = """Tell a past again: events from files, from the archive in ClickHouse, or from the event topic.

\b
They go into topics, a consumer group and a database of their own, named by --into, in the order in which they were
recorded, with the time told by ticks: so every day's ranking is computed as it was. A worker runs for as long as the
replay lasts. Reference data are copied from the installation that the settings name, unless the files hold them or
--reference gives them.

\b
A replay that was stopped goes on when the same command is given again. Its file in <data_dir>/replays takes as much
room as the events; nothing of the installation it reads from is changed.

\b
Examples:
  nhip766 replay export/ --into past2024 --until 2025-01-01
  nhip766 replay --from archive --into again --tick hour
  nhip766 replay --from topic --from-time 2026-08-01 --into august --json
  NHIP766_PARTITIONS=48 nhip766 replay --from topic --into grown
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay", help=HELP)(replay)


def replay(  # noqa: PLR0913, PLR0917  (the options of a command)
    into: Annotated[
        str, typer.Option("--into", metavar="NAME", help="Prefix of the new topics; also group and database.")
    ],
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE|FOLDER", help="JSON lines of events.")
    ] = None,
    origin: Annotated[
        Literal["files", "archive", "topic"], typer.Option("--from", help="Where the past is read.")
    ] = "files",
    from_offset: Annotated[
        int | None, typer.Option(min=0, help="Of the topic: begin at this offset of every partition.")
    ] = None,
    from_time: Annotated[
        datetime | None, typer.Option(help="Of the topic: begin with what arrived then (local) or later.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Another consumer group than NAME.")] = None,
    database: Annotated[str | None, typer.Option(help="Another database than NAME.")] = None,
    reference: Annotated[
        list[Path] | None, typer.Option(help="Reference records (file or folder) instead of the copied ones.")
    ] = None,
    tick: Annotated[Step, typer.Option(help="Tell the time at the end of each local hour or day.")] = "day",
    since: Annotated[
        datetime | None, typer.Option(help="First moment to tick (local); default: of the first event.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Moment of the last tick (local); default: now.")
    ] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Only fill the topics; run workers yourself, clock=ticks.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary for programs.")] = False,
) -> None:
    """Read, send, compute."""
    settings = load_settings()
    if origin != "topic" and (from_offset, from_time) != (None, None):
        raise UserError("--from-offset and --from-time go with --from topic")
    source = _source(settings, origin, paths or [], from_offset, _at(from_time))
    target = Target(settings, into, group=group, database=database)
    run = Run(settings, source, target, Plan(tick, _ms(since), _ms(until)), reference)
    with quiet("kafka"), _bar(silent=as_json) as bar:
        summary = run.run(bar, with_worker=not no_worker)
    _say(summary, target, as_json=as_json)


def _source(
    settings: Settings, origin: str, paths: list[Path], from_offset: int | None, from_time: datetime | None
) -> PastSource:
    if (origin == "files") != bool(paths):
        raise UserError("give files, or --from archive, or --from topic")
    if origin == "files":
        return FileSource(paths)
    if origin == "archive":
        return ArchiveSource(settings)
    if from_offset is not None and from_time is not None:
        raise UserError("--from-offset and --from-time exclude each other")
    return TopicSource(settings, from_offset=from_offset, from_time=from_time)


def _at(local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=LOCAL)


def _ms(local: datetime | None) -> int | None:
    return None if local is None else moment(local.replace(tzinfo=LOCAL))


class _Bar:
    """Shows how far a replay is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._reading = progress.add_task("đọc", total=None)
        self._sending = progress.add_task("gửi", total=None, visible=False)

    def read(self, events: int) -> None:
        """Show how many events of the past were read."""
        if events % 1000 == 0:
            self._progress.update(self._reading, completed=events)

    def sent(self, events: int, of: int) -> None:
        """Show how many events were sent, of how many."""
        self._progress.update(self._reading, total=of, completed=of)
        self._progress.update(self._sending, total=of, completed=events, visible=True)


@contextmanager
def _bar(*, silent: bool) -> Iterator[_Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=silent or not console.is_terminal) as progress:
        yield _Bar(progress)


def _say(summary: dict[str, Any], target: Target, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    typer.echo(f"{summary['events']} events and {summary['ticks']} ticks from {summary['source']}")
    for reason, count in sorted(summary["left_out"].items()):
        typer.echo(f"  {count} left out: {reason}")
    led = " ".join(f"{name}={value}" for name, value in target.environment().items())
    follow = "nhip766 rank" if summary["computed"] else "nhip766 worker"
    typer.echo(f"the last tick is {summary['until']}; go on with\n  {led} {follow}")
