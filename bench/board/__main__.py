"""`python -m bench.board`: the board under many viewers, beside its targets. Speed never fails the command."""

import argparse
import asyncio
import logging
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.board.filling import Country
from bench.board.measure import measured
from bench.board.page import circumstances, page
from bench.board.plan import DEFAULT, Plan
from bench.board.serving import serving
from bench.figures import Figure, table
from bench.installation import settings_of
from streams.local.servers import LocalServers
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.connection import connect
from streams.sinks.migrations import Migrations

DATA: Final = Path(".nhip766")
PAGE: Final = Path("docs/benchmarks-board.md")


def main(arguments: list[str]) -> int:
    """Measure, print, write the page."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers and board are stopped with it
    logging.getLogger("kafka").setLevel(logging.ERROR)  # it warns of a client without a group
    plan = DEFAULT._replace(viewers=options.viewers, rate=options.rate, changes=options.changes)
    begun = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {line}", file=sys.stderr, flush=True)

    others = os.getloadavg()[0]
    with LocalServers(DATA, kafka="apache", publish=False) as servers:
        figures, scores = measure(servers, plan, say)
    command = shlex.join(["python", "-m", "bench.board", *arguments])
    options.report.write_text(page(plan, figures, scores, f"`{command}`, {circumstances(others)}"), "utf-8")
    print(table(figures))
    say(f"written to {options.report}")
    return 0


def measure(servers: LocalServers, plan: Plan, say: Callable[[str], None]) -> tuple[tuple[Figure, ...], int]:
    """Fill a database of its own, start the board over it and measure; returns figures and the number of scores."""
    with settings_of(servers, "bench_board") as settings:
        Migrations(settings).up()
        writer = connect(settings, "writer")
        sink, country = ClickHouseSink(writer), Country(plan)
        scores = country.fill(sink, datetime.now(UTC))
        say(f"{scores:,} scores of {plan.communes:,} communes on {plan.days} days are in")
        with serving(servers.folder / "board.log") as url:
            say(f"{plan.viewers} viewers, {plan.changes} changes")
            figures = asyncio.run(measured(plan, url, country, sink))
        writer.disconnect()
        migrator = connect(settings, "migrator")
        migrator.execute(f"DROP DATABASE {settings.clickhouse_database} SYNC")
        migrator.disconnect()
    return figures, scores


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.board",
        description=__doc__,
        epilog="examples: python -m bench.board; python -m bench.board --viewers 20 --report .nhip766/board.md",
    )
    parser.add_argument("--viewers", type=int, default=DEFAULT.viewers, help=f"viewers ({DEFAULT.viewers})")
    parser.add_argument(
        "--rate", type=float, default=DEFAULT.rate, help=f"ranking requests a second ({DEFAULT.rate:g})"
    )
    parser.add_argument("--changes", type=int, default=DEFAULT.changes, help=f"changes ({DEFAULT.changes})")
    parser.add_argument("--report", type=Path, default=PAGE, help=f"the page to write ({PAGE})")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
