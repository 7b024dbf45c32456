"""The page of figures, for people."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.board.plan import Plan
from bench.figures import Figure, table

NOTES: Final = (
    "At the server: from the request's arrival in the application until its answer begins (`Server-Timing`), next to "
    "nothing for an answer from memory. What a request waits for before, behind others, is in the times at the client. "
    "Delays of updates begin when ClickHouse has confirmed the rows; the board looks four times a second, so that up "
    "to a quarter of a second of them is waiting. The limit of requests a caller (`NHIP766_BOARD_RATE`) is off, "
    "because all viewers come from one address here."
)


def page(plan: Plan, figures: tuple[Figure, ...], scores: int, measured: str) -> str:
    """Return the page for people."""
    load = (
        f"{plan.communes:,} communes, {scores:,} scores on {plan.days} days behind them, written by the sink of the "
        f"workers into ClickHouse. `nhip766 board` as one process. {plan.viewers} viewers open the ranking and follow "
        "`/api/v1/changes`; "
        f"{plan.changes} times, {plan.pause} s apart, {plan.moved} communes get other points, and each viewer then "
        f"fetches the first page of the ranking anew, as the page's script does. Meanwhile {plan.rate:g} requests a "
        "second ask for the ranking: first page (60 %), other pages (20 %), a search (10 %), the API (10 %)."
    )
    parts = (
        f"# The board under {plan.viewers} viewers",
        "Written by `make bench-board`, not edited by hand.",
        f"{measured}. Servers, board, viewers and measurement share the machine.",
        load,
        table(figures),
        NOTES,
    )
    return "\n\n".join(parts) + "\n"


def circumstances(others: float) -> str:
    """Return when this was, on what machine; `others`: the load average before it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average before it {others:.1f}; machine: {_processor()}, "
        f"{os.cpu_count()} logical cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if sys.platform == "linux" else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
