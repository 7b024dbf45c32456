"""`nhip766 demo`: servers, topics, tables and a worker for one scenario; its ranking as it happens; the comparison."""

import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from streams.cli.live_screen import ATTACH
from streams.cli.live_telling import tell_live
from streams.cli.printing import console
from streams.cli.screen import DemoScreen
from streams.cli.simulate import print_outcome, tell
from streams.errors import UserError
from streams.intake.topic_admin import create_topics
from streams.local.process import GuardedProcess, accepts, free_ports
from streams.local.servers import LocalServers
from streams.log import quiet
from streams.read.reader import Reader
from streams.scenarios import NAMES, scenario
from streams.scenarios.base import Difference, Scenario
from streams.scenarios.binh_duong.live import SEED, LiveStory
from streams.settings import PREFIX, Settings, load_settings, variable
from streams.sinks.migrations import Migrations

HELP = f"""Play a scenario on servers of its own: set up, tell, show the ranking live, compare with what it must be.

Afterwards everything stays up until Ctrl-C, so that `nhip766 rank`, `explain`, `ingest` and `doctor` in another
terminal find it. With --exit it stops at once: exit code 0 only if ClickHouse says what the scenario expects.

With --live the nine districts of Bình Dương work now: a few events a second, due dates minutes away, the ranking and
the alerts as they change, until Ctrl-C. The same --seed tells the same story. In another terminal
`nhip766 ingest FILE` adds a dossier of your own, and `nhip766 notify` sends the alerts to a webhook.

\b
Scenarios: {", ".join(NAMES)}

\b
Examples:
  nhip766 demo
  nhip766 demo --scenario phu-tho-2026-08 --exit
  nhip766 demo --live
"""

PARTIALS_PARTITIONS = 2
WORKER_LOG = "worker.log"
BOARD_LOG = "board.log"
WORKER_RESTARTS = 3
"""In a minute: a worker that was killed goes on where it was."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=HELP)(demo)


def demo(
    name: Annotated[str, typer.Option("--scenario", help="Which story.")] = NAMES[0],
    stop: Annotated[bool, typer.Option("--exit", help="Stop when the story is told.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Bình Dương on the wall clock, without end.")] = False,
    seed: Annotated[int, typer.Option(help="With --live: which story.")] = SEED,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="With --live: stop by itself after so long.")
    ] = None,
) -> None:
    """Set up, tell, compare."""
    if live:
        return _live(LiveStory(int(time.time()), seed), console(), seconds)
    story, screen = scenario(name), console()
    data_dir = load_settings().data_dir
    _end_as_by_ctrl_c()
    with quiet("kafka"), LocalServers(data_dir, also=_settings_of(story)) as servers:
        settings = _lead_here(servers)
        create_topics(settings, settings.kafka)
        Migrations(settings).up()
        with _worker(servers.folder) as worker, _board(servers.folder, settings, screen, wanted=not stop):

            def alive() -> None:
                servers.check()
                _check(worker)

            try:
                differences = _play(story, settings, worker, screen, alive)
            except UserError:
                alive()  # the end of a server says more than what it led to
                raise
            print_outcome(story, differences, as_json=False)
            if not stop:
                _stay(screen, story, settings, alive)
    raise typer.Exit(1 if stop and differences else 0)


def _live(story: LiveStory, screen: Console, seconds: float | None) -> None:
    """Set up and tell the live story until Ctrl-C, or for so long."""
    data_dir = load_settings().data_dir
    _end_as_by_ctrl_c()
    with quiet("kafka"), LocalServers(data_dir, also=_settings_of(story)) as servers:
        settings = _lead_here(servers)
        create_topics(settings, settings.kafka)
        Migrations(settings).up()
        with _worker(servers.folder) as worker, _board(servers.folder, settings, screen, wanted=True):

            def alive() -> None:
                servers.check()
                _check(worker)

            screen.print(f"Cảnh báo tới webhook: {ATTACH}", soft_wrap=True)
            try:
                sent = tell_live(story, settings, screen, prepared=worker.start, alive=alive, seconds=seconds)
                screen.print(f"{sent} sự kiện đã gửi")
            except KeyboardInterrupt:
                screen.print("stopping")


class _Told(Protocol):
    """What the settings of a demo depend on."""

    @property
    def formula(self) -> str: ...
    @property
    def clock(self) -> str: ...
    @property
    def partitions(self) -> int: ...


def _end_as_by_ctrl_c() -> None:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does, with nothing left of it on the disk."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _settings_of(story: _Told) -> dict[str, str]:
    """Return the settings of every program that belongs to the demo, by field; the secrets live as long as it."""
    return {
        "formula": story.formula,
        "clock": story.clock,
        "partitions": str(story.partitions),
        "partials_partitions": str(PARTIALS_PARTITIONS),
        "metrics_port": str(free_ports(1)[0]),
        "board_port": str(_board_port()),
        "board_metrics_port": str(free_ports(1)[0]),
        "hash_key": secrets.token_urlsafe(24),
    }


def _lead_here(servers: LocalServers) -> Settings:
    """Point this process and its children to the demo's servers, whatever the surroundings say."""
    for setting in [name for name in os.environ if name.startswith(PREFIX)]:
        if setting != variable("data_dir"):
            del os.environ[setting]
    os.environ.update(servers.environ())
    return load_settings()


def _play(
    story: Scenario,
    settings: Settings,
    worker: GuardedProcess,
    screen: Console,
    alive: Callable[[], None],
) -> list[Difference]:
    with Reader(settings) as reader, DemoScreen(screen, story, reader) as view:
        differences = tell(
            story,
            settings,
            view.watch,
            prepared=lambda _: worker.start(),
            alive=alive,
            passed=view.passed,
        )
        view.conclude()
        return differences


@contextmanager
def _worker(folder: Path) -> Iterator[GuardedProcess]:
    """Give a worker process, not started yet, that ends with this one."""
    process = GuardedProcess(
        name="the worker",
        command=[sys.executable, "-m", "streams.cli", "worker"],
        environment=os.environ,
        log=folder / WORKER_LOG,
        restarts=WORKER_RESTARTS,
    )
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def _board(folder: Path, settings: Settings, screen: Console, *, wanted: bool) -> Iterator[None]:
    """Keep the board up and say where it is; it lives as long as the demo, not as long as the story."""
    if not wanted:
        yield
        return
    process = GuardedProcess(
        name="the board",
        command=[sys.executable, "-m", "streams.cli", "board"],
        environment=os.environ,
        log=folder / BOARD_LOG,
        restarts=WORKER_RESTARTS,
    )
    process.start()
    screen.print(
        f"Bảng thông tin: http://{settings.board_host}:{settings.board_port}/", style="bold", soft_wrap=True
    )
    try:
        yield
    finally:
        process.stop()


def _board_port() -> int:
    """Return the usual port where nobody listens on it, else a free one."""
    usual: int = Settings.model_fields["board_port"].default
    return free_ports(1)[0] if accepts(usual) else usual


def _check(worker: GuardedProcess) -> None:
    if not worker.running:
        raise UserError(f"the worker ended: {worker.last_words()}")


def _stay(screen: Console, story: Scenario, settings: Settings, alive: Callable[[], None]) -> None:
    screen.print(
        f"\nEverything stays up; the board is at http://{settings.board_host}:{settings.board_port}/."
        f" In another terminal: nhip766 rank · nhip766 explain UNIT PERIOD · "
        f"nhip766 ingest FILE · nhip766 doctor\nScenario {story.name}; Ctrl-C stops and removes its data."
    )
    told = ""
    try:
        while not threading.Event().wait(1.0):
            trouble = _trouble(alive)
            if trouble and trouble != told:
                screen.print(
                    f"{trouble}\nThe rest stays up: nhip766 doctor says what is missing, Ctrl-C stops all."
                )
            told = trouble
    except KeyboardInterrupt:
        screen.print("stopping")


def _trouble(alive: Callable[[], None]) -> str:
    """Say which part has ended; nothing if all are there."""
    try:
        alive()
    except UserError as problem:
        return str(problem)
    return ""
