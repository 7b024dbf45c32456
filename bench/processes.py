"""What processes have used, from /proc: resident bytes and processor time of one, or of all below one."""

import os
from pathlib import Path
from typing import Final, NamedTuple

TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
BROKER, CLICKHOUSE = "java", "clickhouse"


class Use(NamedTuple):
    """Resident bytes, processor seconds of all threads."""

    rss: int
    processor: float

    def __add__(self, other: object) -> "Use":
        return (
            Use(self.rss + other.rss, self.processor + other.processor)
            if isinstance(other, Use)
            else NotImplemented
        )

    def since(self, before: "Use") -> "Use":
        """Return the growth."""
        return Use(self.rss - before.rss, self.processor - before.processor)


def use_of(pid: int) -> Use:
    """Return what a process and all below it have used so far."""
    used = Use(0, 0.0)
    for each in (pid, *below(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            pages = int(Path(f"/proc/{each}/statm").read_text("ascii").split()[1])
        except OSError:  # it ended while we looked
            continue
        used += Use(pages * PAGE_BYTES, (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND)
    return used


def below(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int(
                    (folder / "stat").read_text("ascii", errors="replace").rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(folder.name))
    found, new = [], [pid]
    while new:
        new = [child for parent in new for child in parents.get(parent, ())]
        found += new
    return found


def server(kind: str) -> int:
    """Return the process of the broker or of ClickHouse that this process started."""
    for pid in below(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        is_guardian = any(word.endswith("guardian.py") for word in words)
        if not is_guardian and (
            kind in words[0] or any("libchdb" in word for word in words if kind == CLICKHOUSE)
        ):
            return pid
    raise RuntimeError(f"no {kind} among the processes that were started here")
