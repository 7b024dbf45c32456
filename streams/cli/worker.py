"""`nhip766 worker`: events in, tallies and scores out, until told to stop."""

import asyncio
import logging

import typer

from streams.agents.worker import Worker
from streams.log import configure_logging
from streams.settings import Settings, load_settings
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect

HELP = """Run one worker: dossier agents, unit agents, and the writer to ClickHouse.

It needs the topics and tables (`nhip766 topics create`, `nhip766 migrate up`) and stops in good order on Ctrl-C or
SIGTERM. Started again, it goes on where it was.

\b
Examples:
  nhip766 worker
  NHIP766_FORMULA=article-2024 NHIP766_CLOCK=ticks nhip766 worker
"""


ENGINE_LOGGERS = ("aiokafka", "faust", "mode", "streams.agents.engine")
"""Their lines at info tell of every service that starts; at debug they are shown."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker", help=HELP)(worker)


def worker() -> None:
    """Run until SIGINT or SIGTERM; a failure that is not a user's mistake ends with exit code 1."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    if settings.log_level != "debug":
        for engine in ENGINE_LOGGERS:
            logging.getLogger(engine).setLevel(logging.WARNING)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    await Worker(settings, ClickHouseSink(connect(settings, "writer"))).run()
