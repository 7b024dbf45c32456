"""`python -m bench`: measure, print tables, and write them down as they come. Speed never fails the command."""

import argparse
import logging
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import contest, core_section, latency, many_open, ranking, snapshot_cost, stages
from bench.compiled import compiled_copy
from bench.figures import Section, table
from bench.load import now
from bench.plan import DEFAULT, QUICK
from bench.report import Report
from bench.stage import Stage
from streams.local.servers import LocalServers

MEASUREMENTS: dict[str, Callable[[Stage], Iterator[Section]]] = {
    "contest": contest.measure,
    "core": core_section.measure,
    "stages": stages.measure,
    "open": many_open.measure,
    "latency": latency.measure,
    "snapshots": snapshot_cost.measure,
    "ranking": ranking.measure,
}
"""By name, in the order of the page; each gives its section, again whenever more is known."""

DATA = Path(".nhip766")
PAGE, QUICK_PAGE = Path("docs/benchmarks.md"), DATA / "bench" / "quick.md"


def main(arguments: list[str]) -> int:
    """Run what was asked for; returns 1 if a measurement could not be made."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers and workers are stopped with it
    plan = QUICK if options.quick else DEFAULT
    plan = plan._replace(events=options.events or plan.events, rounds=options.rounds or plan.rounds)
    page = options.report or (QUICK_PAGE if options.quick else PAGE)
    command = shlex.join(["python", "-m", "bench", *arguments])
    logging.getLogger("kafka").setLevel(logging.ERROR)  # it warns of a client without a group
    failed, compiled = 0, compiled_copy()
    core = (
        "not compiled here: interpreted" if compiled is None else "compiled by mypyc in the rows that say so"
    )
    with LocalServers(DATA, kafka="apache", publish=False) as servers:
        stage = Stage(plan, servers, now(), DATA.absolute(), compiled)
        report = Report(page, MEASUREMENTS, f"{servers.kafka_name}; the core is {core}")
        for name in options.only or MEASUREMENTS:
            stage.say(f"{name}: begins")
            others = os.getloadavg()[0]
            try:
                for section in MEASUREMENTS[name](stage):
                    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average before it {others:.1f}"
                    said = f"{section.said} `{command}`, {at}."
                    report.add(name, section._replace(said=said))
            except Exception as problem:  # noqa: BLE001  (whatever it is, the others are measured)
                failed = 1
                stage.say(f"{name}: failed: {problem!r}")
                continue
            print(f"\n{section.title}\n{table(section.figures)}\n", flush=True)
        stage.say(f"written to {page}")
    return failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog="examples: python -m bench --quick; python -m bench --only ranking --only latency; "
        "python -m bench --only contest --events 10000000 --rounds 1",
    )
    parser.add_argument("--quick", action="store_true", help=f"small loads; into {QUICK_PAGE}")
    parser.add_argument(
        "--only", action="append", choices=MEASUREMENTS, help="one measurement; may be repeated"
    )
    parser.add_argument(
        "--events", type=int, help=f"events of the contest ({DEFAULT.events:,}; up to 10,000,000)"
    )
    parser.add_argument("--rounds", type=int, help=f"rounds of the contest at most ({DEFAULT.rounds})")
    parser.add_argument("--report", type=Path, help=f"the page to write ({PAGE})")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
