"""The page of figures: the sections on it stand until they are measured again, so one can be measured by itself."""

import os
import platform
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.figures import Section, table

OURS: Final = ("faust-streaming", "aiokafka", "msgspec", "clickhouse-driver")
WRITTEN: Final = (
    "Written by `make bench`, not edited by hand; one part again: `make bench ARGS='--only NAME'`."
)
THEIRS: Final = ("confluent-kafka", "bytewax", "quixstreams", "pathway")
_SECTION: Final = re.compile(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", re.MULTILINE | re.DOTALL)
"""A section on the page: its name, invisible to readers, and its text."""


class Report:
    """Writes a page anew after each section; sections stand in the order of their names in `order`."""

    def __init__(self, page: Path, order: Iterable[str], servers: str) -> None:
        self._page, self._order, self._servers = page, tuple(order), servers
        self._sections: dict[str, str] = {}
        if page.is_file():
            self._sections = {name: text.strip() for name, text in _SECTION.findall(page.read_text("utf-8"))}

    def add(self, name: str, section: Section) -> None:
        """Put a section in the place of an older one and write the page."""
        parts = (f"## {section.title}", section.said, table(section.figures), section.notes)
        self._sections[name] = "\n\n".join(part for part in parts if part)
        self._page.parent.mkdir(parents=True, exist_ok=True)
        self._page.write_text(self._text(), encoding="utf-8")

    def _text(self) -> str:
        known = [name for name in self._order if name in self._sections]
        sections = [f"<!-- {name} -->\n{self._sections[name]}" for name in known]
        return "\n\n".join(["# Benchmarks", WRITTEN, _circumstances(self._servers), *sections]) + "\n"


def _circumstances(servers: str) -> str:
    system = f"{platform.system()} {platform.release()}"
    lines = (
        f"* machine: {_processor()}, {os.cpu_count()} logical cores, {_memory()} GB, {system}; everything runs on it",
        f"* Python {platform.python_version()}; {_versions(OURS)}; {servers}",
        f"* contenders, of `requirements/bench.lock`: {_locked(THEIRS)}",
    )
    return "\n".join(lines)


def _versions(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {version(name)}" for name in names)


def _locked(names: tuple[str, ...]) -> str:
    lines = Path("requirements/bench.lock").read_text("utf-8").splitlines()
    pins = dict(line.split()[0].split("==", 1) for line in lines if "==" in line)
    return ", ".join(f"{name} {pins[name]}" for name in names)


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if sys.platform == "linux" else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
