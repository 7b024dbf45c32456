"""Events on their way to the archive: contiguous runs of each source partition, bounded in bytes.

What does not fit is left out on purpose: the log still has it, and the archive reads it there. Safe for threads.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

EVENT_OVERHEAD: Final = 150
"""About what an event in a run costs beside its bytes."""


@dataclass
class Run:
    """All well-formed events of one source partition from offset `first` up to, not including, `end`."""

    first: int
    end: int
    offsets: list[int] = field(default_factory=list)
    appended_at: list[int] = field(default_factory=list)
    events: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About what it costs in memory."""
        return sum(map(len, self.events)) + EVENT_OVERHEAD * len(self.events)

    def extend(self, later: "Run") -> None:
        """Append the run that follows this one."""
        self.end = later.end
        self.offsets += later.offsets
        self.appended_at += later.appended_at
        self.events += later.events

    def after(self, position: int) -> "Run":
        """Return what of it begins at `position` or later."""
        if position <= self.first:
            return self
        skipped = sum(offset < position for offset in self.offsets)
        return Run(
            max(self.first, position),
            self.end,
            self.offsets[skipped:],
            self.appended_at[skipped:],
            self.events[skipped:],
        )


class ArchiveBuffer:
    """One run per source partition waits; `limit` is in bytes, over those that wait and those that are taken."""

    def __init__(self, limit: int) -> None:
        self._lock = threading.Lock()
        self._limit = limit
        self._waiting: dict[int, Run] = {}
        self._ends: dict[int, int] = {}
        self._size = 0
        self._taken_size = 0
        self.generation = 0

    def put(self, partition: int, run: Run) -> None:
        """Let a run wait if it fits and follows what waits; else the archive will read it from the log."""
        size = run.size
        with self._lock:
            self._ends[partition] = run.end
            held = self._waiting.get(partition)
            if held is not None and run.first != held.end:
                return
            if run.events and self._size + self._taken_size + size > self._limit:
                return
            self._size += size
            if held is None:
                self._waiting[partition] = run
            else:
                held.extend(run)

    def take(self) -> dict[int, Run]:
        """Take every run, an empty one at the end of a partition without; what was taken before is done with."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
            self._taken_size, self._size = self._size, 0
            for partition, end in self._ends.items():
                taken.setdefault(partition, Run(end, end))
            return taken

    @property
    def is_waiting(self) -> bool:
        """Tell whether a run waits."""
        return bool(self._waiting)

    def ends(self) -> dict[int, int]:
        """Return, by partition, the offset after the last event that was put, fitting or not."""
        with self._lock:
            return dict(self._ends)

    def give_up(self) -> None:
        """Note that the partitions go to other owners, or come again; what waits is still true, and is written."""
        with self._lock:
            self._ends.clear()
            self.generation += 1


def run_of(first: int, end: int, rows: Sequence[tuple[int, int, bytes]]) -> Run:
    """Return the run of (offset, arrival, event) rows between two offsets."""
    if not rows:
        return Run(first, end)
    offsets, appended_at, events = zip(*rows, strict=True)
    return Run(first, end, list(offsets), list(appended_at), list(events))
