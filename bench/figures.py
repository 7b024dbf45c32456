"""What was measured beside what was promised, as a table for people."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("faust-streaming", "aiokafka", "msgspec", "clickhouse-driver")


class Figure(NamedTuple):
    """One measurement; a target of None is only for comparison, `least` tells a floor from a ceiling."""

    name: str
    value: float
    unit: str
    target: float | None = None
    least: bool = True
    ratio: str = ""

    @property
    def verdict(self) -> str:
        """Tell whether the target is met."""
        if self.target is None:
            return ""
        is_met = self.value >= self.target if self.least else self.value <= self.target
        return "ok" if is_met else "short"


def table(figures: Sequence[Figure]) -> str:
    """Return a Markdown table."""
    rows = [("what", "measured", "target", "", "ratio")]
    rows += [
        (each.name, f"{each.value:,.0f} {each.unit}", _target(each), each.verdict, each.ratio)
        for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join(
        ":" + "-" * (width + 1) if not at else "-" * (width + 2) for at, width in enumerate(widths)
    )
    return "\n".join([lines[0], rule + "|", *lines[1:]])


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'at least' if figure.least else 'at most'} {figure.target:,.0f}"


def report(figures: Sequence[Figure], command: str, at: datetime) -> str:
    """Return the page of figures: when, on what, with which versions, by which command."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = " / ".join(f"{average:.1f}" for average in os.getloadavg())
    return f"""# Benchmarks

Written by `{command}` on {at:%Y-%m-%d %H:%M} UTC; not edited by hand.

* machine: {_processor()}, {os.cpu_count()} logical cores, {platform.system()} {platform.release()}
* load averages at the end (1, 5, 15 minutes; the measurement itself included): {load}
* Python {platform.python_version()}; {versions}

{table(figures)}

* Decoding and the core are measured in one process, per second of processor time, medians of repeated rounds. The core
  decodes, merges and encodes in batches of 5,000 of 6 partitions, and moves and publishes the tallies once a second.
* The whole path is one worker process on real servers (Apache Kafka, ClickHouse), changelog and ClickHouse on, from its
  start until the end of every partition is committed, and until the row of every dossier is in. Servers and worker
  share the cores. The yardstick is a plain aiokafka consumer that reads the same topic and does nothing.
* Memory is the growth of the worker's resident set from its start, everything included, by dossiers it holds open.
"""


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if sys.platform == "linux" else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
