"""The page of figures: sections are kept in a file as they come, so that a part can be measured again by itself."""

import os
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from bench.figures import Section, table

OURS: Final = ("faust-streaming", "aiokafka", "msgspec", "clickhouse-driver")
WRITTEN: Final = (
    "Written by `make bench`, not edited by hand; one part again: `make bench ARGS='--only NAME'`."
)
THEIRS: Final = ("confluent-kafka", "bytewax", "quixstreams", "pathway")


class Report:
    """Writes a page anew after each section; sections stand in the order of their names in `order`."""

    def __init__(self, page: Path, kept: Path, order: Mapping[str, object], servers: str) -> None:
        self._page, self._kept, self._order, self._servers = page, kept, order, servers
        self._sections: dict[str, Section] = {}
        if kept.is_file():
            self._sections = msgspec.json.decode(kept.read_bytes(), type=dict[str, Section])

    def add(self, name: str, section: Section) -> None:
        """Keep a section in place of an older one and write the page."""
        self._sections[name] = section
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept.write_bytes(msgspec.json.encode(self._sections))
        self._page.parent.mkdir(parents=True, exist_ok=True)
        self._page.write_text(self._text(), encoding="utf-8")

    def _text(self) -> str:
        sections = [self._sections[name] for name in self._order if name in self._sections]
        parts = ["# Benchmarks", WRITTEN, _circumstances(self._servers)]
        for section in sections:
            parts += [f"## {section.title}", section.said, table(section.figures), section.notes]
        return "\n\n".join(part for part in parts if part) + "\n"


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
