"""`python -m bench`: measure, print a table, and with `--report FILE` write it down. Speed never fails the command."""

import argparse
import shlex
import signal
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.core import batches_of, seconds_of_core
from bench.decoding import DECODERS, seconds_of_decoding
from bench.figures import Figure, report, table
from bench.installation import installation
from bench.load import Record, events, now, open_dossiers
from bench.path import run_worker
from streams.core.periods import moment
from streams.local.servers import LocalServers

CORE_TARGET, PATH_TARGET, BYTES_TARGET = 100_000, 25_000, 2048
QUICK_EVENTS, QUICK_OPEN = 60_000, 20_000
ROUNDS = 5


def main(arguments: list[str]) -> None:
    """Run what was asked for."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers and worker are stopped with it
    count = min(options.events, QUICK_EVENTS) if options.quick else options.events
    held = min(options.open, QUICK_OPEN) if options.quick else options.open
    rounds = 1 if options.quick else options.rounds
    until = now()
    load = events(count, until=until)
    figures = [*_decoding(load, rounds), _core(load, moment(until), rounds)]
    if not options.no_servers:
        with LocalServers(Path(".nhip766"), kafka="apache", publish=False) as servers:
            figures += _path(servers, load, options.partitions)
            figures += _memory(servers, held, until, options.partitions)
    print(table(figures))
    if options.report:
        command = shlex.join(["python", "-m", "bench", *arguments])
        options.report.write_text(report(figures, command, datetime.now(UTC)), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000, help="events of the load (300000)")
    parser.add_argument(
        "--open", type=int, default=200_000, help="dossiers held open for the memory figure (200000)"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of what is repeated ({ROUNDS})")
    parser.add_argument("--partitions", type=int, default=24, help="partitions of the event topic (24)")
    parser.add_argument("--quick", action="store_true", help="a smaller load, one round: under two minutes")
    parser.add_argument(
        "--no-servers", action="store_true", help="only what needs neither Kafka nor ClickHouse"
    )
    parser.add_argument("--report", type=Path, help="write the table and its circumstances to a file")
    return parser


def _rate(count: int, seconds: Callable[[], float], rounds: int) -> float:
    return statistics.median(count / seconds() for _ in range(rounds))


def _decoding(load: list[Record], rounds: int) -> list[Figure]:
    rates = {
        name: _rate(len(load), lambda decode=decode: seconds_of_decoding(load, decode), rounds)  # type: ignore[misc]
        for name, decode in DECODERS.items()
    }
    fastest = rates["msgspec to dict"]
    return [
        Figure(f"decode: {name}", rate, "events/s", ratio=f"{rate / fastest:.2f} of msgspec to dict")
        for name, rate in rates.items()
    ]


def _core(load: list[Record], as_of: int, rounds: int) -> Figure:
    batches = batches_of(load)
    rate = _rate(len(load), lambda: seconds_of_core(batches, as_of), rounds)
    return Figure("core: decode, merge, encode, tallies", rate, "events/s per core", CORE_TARGET)


def _path(servers: LocalServers, load: list[Record], partitions: int) -> list[Figure]:
    with installation(servers, "bench_path", partitions=str(partitions)) as place:
        run = run_worker(place, load)
    alone, committed, rows = (
        run.events / seconds for seconds in (run.read_alone, run.committed, run.in_clickhouse)
    )
    return [
        Figure("yardstick: plain aiokafka reads the topic", alone, "events/s"),
        Figure(
            "whole path: committed",
            committed,
            "events/s",
            PATH_TARGET,
            ratio=f"{committed / alone:.2f} of yardstick",
        ),
        Figure(
            "whole path: and in ClickHouse",
            rows,
            "events/s",
            PATH_TARGET,
            ratio=f"{rows / alone:.2f} of yardstick",
        ),
        Figure("whole path: worker's processor time", run.processor / run.events * 1e6, "µs per event"),
    ]


def _memory(servers: LocalServers, held: int, until: datetime, partitions: int) -> list[Figure]:
    with installation(servers, "bench_memory", partitions=str(partitions)) as place:
        run = run_worker(place, open_dossiers(held, until=until))
    return [
        Figure(
            f"memory: {run.dossiers:,} open dossiers",
            run.grown / run.dossiers,
            "bytes each",
            BYTES_TARGET,
            least=False,
        )
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
