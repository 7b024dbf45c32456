"""The last run of each scenario at full length, kept beside the caches and written into `docs/faults.md`."""

import json
import os
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.faults.outcome import Outcome, row, table

KEPT = ROOT / ".nhip766" / "faults.json"
PAGE = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- full length: begin -->\n", "<!-- full length: end -->\n"


def write(outcomes: Iterable[Outcome]) -> None:
    """Keep the outcomes of scenarios that passed, and write the page from all that are kept."""
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for outcome in outcomes:
        if outcome.passed:
            at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            kept[outcome.scenario] = {"row": row(outcome), "remarks": outcome.remarks, "at": at}
    if kept:
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(before + BEGIN + _section(kept) + END + rest.partition(END)[2], "utf-8")


def _section(kept: dict[str, Any]) -> str:
    ordered = sorted(kept.items(), key=lambda one: int(one[0].split()[0]))
    lines = table([tuple(one["row"]) for _, one in ordered])
    lines += ["", *(f"* {name}: {remark}" for name, one in ordered for remark in one["remarks"])]
    moments = sorted(one["at"] for one in kept.values())
    lines += [
        "",
        f"`make faults`, the last run of each scenario, {moments[0]} to {moments[-1]}. {_machine()}",
    ]
    return "\n" + "\n".join(lines) + "\n\n"


def _machine() -> str:
    text = Path("/proc/cpuinfo").read_text("utf-8") if sys.platform == "linux" else ""
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{(names or [platform.machine()])[0]}, {os.cpu_count()} logical cores, {memory:.0f} GB,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}; all runs on it."
    )
