"""`nhip766 simulate`: tell a scenario to the Kafka of the settings, and compare what ClickHouse then says."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Annotated, Any

import typer

from streams.core.periods import LOCAL
from streams.errors import UserError
from streams.intake.producer import EventProducer
from streams.log import quiet
from streams.read.checkpoint import read_checkpoint
from streams.read.progress import await_reached
from streams.read.reader import Reader
from streams.scenarios import NAMES, scenario
from streams.scenarios.base import Checkpoint, Difference, Figure, Scenario, Value, compare
from streams.scenarios.replay import Progress, Replay, Watch
from streams.settings import Settings, load_settings

HELP = f"""Tell a scenario to a system that runs: its topics, tables and workers must be there.

Workers must take the time from the replay: start them with NHIP766_CLOCK=ticks and the scenario's formula. With
`nhip766 demo` everything is set up for you. Exit code 1 if ClickHouse says something else than the scenario expects.

\b
Scenarios: {", ".join(NAMES)}

\b
Examples:
  nhip766 simulate phu-tho-2026-08
  nhip766 simulate binh-duong-q1-2024 --json
"""

PATIENCE_SECONDS = 120.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate", help=HELP)(simulate)


def simulate(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="Which story.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Send everything, read at the checkpoints, compare."""
    story, settings = scenario(name), load_settings()
    if settings.clock != "ticks" or settings.formula != story.formula:
        raise UserError(
            f"{name} is told by ticks and scored by {story.formula}: set NHIP766_CLOCK=ticks and "
            f"NHIP766_FORMULA={story.formula} here and for the workers"
        )
    differences = tell(story, settings, say_progress)
    print_outcome(story, differences, as_json=as_json)
    raise typer.Exit(1 if differences else 0)


def tell(
    story: Scenario,
    settings: Settings,
    watch: Watch,
    *,
    prepared: Callable[[int], None] = lambda _: None,
    alive: Callable[[], None] = lambda: None,
    passed: Callable[[Checkpoint], None] = lambda _: None,
) -> list[Difference]:
    """Tell a story and return what ClickHouse says differently.

    `prepared` hears that the reference data is sent (workers may start), `passed` hears of checkpoints that were
    read, `alive` raises when going on is in vain.
    """
    with ExitStack() as stack:
        stack.enter_context(quiet("kafka"))
        producer = stack.enter_context(EventProducer(settings, settings.kafka))
        reader = stack.enter_context(Reader(settings))

        def reached(at: datetime) -> None:
            await_reached(reader, settings, at, seconds=PATIENCE_SECONDS, alive=alive)

        def read(checkpoint: Checkpoint) -> dict[Figure, Value]:
            found = read_checkpoint(reader, story.formula, checkpoint)
            passed(checkpoint)
            return found

        def see(progress: Progress) -> None:
            alive()
            watch(progress)

        replay = Replay(story, producer, reached, read, see)
        prepared(replay.prepare())
        readings = replay.run()
    return compare(story.expectations(), readings)


def say_progress(progress: Progress) -> None:
    """Show how far a replay is, in one line on standard error."""
    at = "" if progress.at is None else f", {progress.at.astimezone(LOCAL):%d/%m/%Y}"
    if progress.ticks % 5 == 0:
        print(f"{progress.events:>9,} events{at}", file=sys.stderr, flush=True)


def print_outcome(story: Scenario, differences: list[Difference], *, as_json: bool) -> None:
    """Say whether ClickHouse says what the scenario expects, and where it does not."""
    expected = len(story.expectations())
    if as_json:
        document: dict[str, Any] = {
            "scenario": story.name,
            "expectations": expected,
            "differences": [
                {"figure": str(one.figure), "expected": one.wanted, "found": one.found} for one in differences
            ],
        }
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for one in differences:
        typer.echo(f"differs: {one}")
    typer.echo(f"{expected - len(differences)} of {expected} figures are as the scenario expects")
