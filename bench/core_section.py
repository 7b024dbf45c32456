"""Decoding and the core alone, in this process, per second of processor time."""

import statistics
from collections.abc import Callable, Iterator

from bench.core import batches_of, seconds_of_core
from bench.decoding import DECODERS, seconds_of_decoding
from bench.figures import Figure, Section
from bench.load import events
from bench.stage import Stage
from streams.core.periods import moment

TARGET = 100_000


def measure(stage: Stage) -> Iterator[Section]:
    """Give the section."""
    plan = stage.plan
    load = list(events(plan.core_events, until=stage.until))
    batches, as_of = batches_of(load), moment(stage.until)

    def rate(seconds: Callable[[], float]) -> float:
        return statistics.median(len(load) / seconds() for _ in range(plan.core_rounds))

    figures = [
        Figure(f"decode: {name}", rate(lambda decode=decode: seconds_of_decoding(load, decode)), "events/s")  # type: ignore[misc]
        for name, decode in DECODERS.items()
    ]
    core = rate(lambda: seconds_of_core(batches, as_of))
    figures.append(Figure("core: decode, merge, encode, tallies", core, "events/s per core", TARGET))
    yield Section(
        "The core alone",
        f"{len(load):,} events, medians of {plan.core_rounds} rounds.",
        tuple(figures),
        "The core decodes, merges and encodes in batches of 5,000 of 6 partitions, and moves and publishes the tallies "
        "once a second.",
    )
