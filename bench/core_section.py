"""Decoding and the core alone, per second of processor time; the core in processes of its own, one after the other."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.compiled import environment
from bench.decoding import DECODERS, seconds_of_decoding
from bench.figures import Figure, Section
from bench.load import events
from bench.stage import Stage

TARGET = 100_000
WORK = "core: decode, merge, encode, tallies"


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    plan = stage.plan
    load = list(events(plan.core_events, until=stage.until))

    def rate(seconds: Callable[[], float]) -> float:
        return statistics.median(len(load) / seconds() for _ in range(plan.core_rounds))

    figures = [
        Figure(f"decode: {name}", rate(lambda decode=decode: seconds_of_decoding(load, decode)), "events/s")  # type: ignore[misc]
        for name, decode in DECODERS.items()
    ]
    interpreted = _rate_of_core(stage, None)
    figures.append(Figure(f"{WORK}, interpreted", interpreted, "events/s per core", TARGET))
    if stage.compiled is not None:
        compiled = _rate_of_core(stage, stage.compiled)
        note = f"{compiled / interpreted:.2f} of interpreted"
        figures.append(Figure(f"{WORK}, compiled", compiled, "events/s per core", TARGET, note=note))
    yield Section(
        "The core alone",
        f"{len(load):,} events, medians of {plan.core_rounds} rounds.",
        tuple(figures),
        "The core decodes, merges and encodes in batches of 5,000 of 6 partitions, and moves and publishes the tallies "
        "once a second.",
    )


def _rate_of_core(stage: Stage, compiled: Path | None) -> float:
    sizes = (str(stage.plan.core_events), str(stage.plan.core_rounds), stage.until.isoformat())
    ran = subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, "-m", "bench.core", *sizes],
        env=environment(compiled),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return stage.plan.core_events / statistics.median(json.loads(ran.stdout))
