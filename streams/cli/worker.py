"""`nhip766 worker`: events in, tallies and scores out, until told to stop."""

import asyncio
import json
import logging
import os
import sys
from typing import Annotated

import typer

from streams.agents.observation import InsertMeters
from streams.agents.worker import Worker
from streams.cli.fleet import server_questions, watching
from streams.local.server_watch import ServerWatch
from streams.local.supervisor import Child, Supervisor
from streams.log import configure_logging
from streams.settings import Settings, load_settings, variable
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect

HELP = """Run workers: dossier agents, unit agents, and the writer to ClickHouse.

It needs the topics and tables (`nhip766 topics create`, `nhip766 migrate up`) and stops in good order on Ctrl-C or
SIGTERM. Started again, it goes on where it was.

With `--workers` one process per worker is kept under a supervisor. It starts a worker that falls again,
after 1, 2, 4 ... seconds; none outlives it. While Kafka or ClickHouse is away it goes on for ever, says once a minute
what is away, and shows it on /readyz at NHIP766_SUPERVISOR_PORT (0: none). It gives all up when a worker falls five
times in a row for a reason of its own. Log lines begin with the worker's number. Worker N serves /metrics, /healthz
and /readyz at NHIP766_METRICS_PORT + N - 1 (0: none); one whose /healthz fails three times, 5 seconds apart, after it
was well hangs: it is killed and started again.

Exit codes: 0 stopped in good order; 2 a mistake; 3 stopped for good, to be started again only after doing what the last
line says; 4 a server is away, to be started again.

\b
Examples:
  nhip766 worker
  nhip766 worker --workers 4
  NHIP766_FORMULA=article-2024 NHIP766_CLOCK=ticks nhip766 worker
"""


ENGINE_LOGGERS = ("aiokafka", "faust", "mode", "streams.agents.engine")
"""Their lines at info tell of every service that starts; at debug they are shown."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker", help=HELP)(worker)


def worker(
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=256, help="Worker processes, one per core; without it one, and no supervisor."
        ),
    ] = None,
) -> None:
    """Run until SIGINT or SIGTERM; a failure that is not a user's mistake ends with exit code 1."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    if workers is not None:
        return _supervise(settings, workers)
    if settings.log_level != "debug":
        for engine in ENGINE_LOGGERS:
            logging.getLogger(engine).setLevel(logging.WARNING)
    asyncio.run(_run(settings))
    return None


async def _run(settings: Settings) -> None:
    watch = InsertMeters()
    archive = ClickHouseSink(connect(settings, "writer"), watch) if settings.archive else None
    alerts = ClickHouseSink(connect(settings, "writer"), watch) if settings.alerts else None
    await Worker(settings, ClickHouseSink(connect(settings, "writer"), watch), archive, alerts).run()


def _supervise(settings: Settings, workers: int) -> None:
    command = [sys.executable, "-m", "streams.cli", "worker"]
    port = settings.metrics_port
    children = [
        Child(
            number,
            command,
            {**os.environ, variable("metrics_port"): str(port + number - 1 if port else 0)},
            health=f"http://127.0.0.1:{port + number - 1}/healthz" if port else None,
        )
        for number in range(1, workers + 1)
    ]
    watch = ServerWatch(server_questions(settings))
    write = write_json if settings.log_format == "json" else write_text
    supervisor = Supervisor(children, write, away=watch.away_now)
    with watching(settings, watch, supervisor):
        supervisor.run()


def write_text(number: int, line: str) -> None:
    """Pass on a worker's line behind its number."""
    print(f"[{number}] {line}", file=sys.stderr, flush=True)


def write_json(number: int, line: str) -> None:
    """Pass on a worker's line with its number in it; one that is no object (a crash of the interpreter) becomes one."""
    try:
        said = json.loads(line)
    except ValueError:
        said = {"event": line}
    record = {"worker": number, **(said if isinstance(said, dict) else {"event": line})}
    print(json.dumps(record, ensure_ascii=False), file=sys.stderr, flush=True)
