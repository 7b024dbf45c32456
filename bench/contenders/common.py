"""What the contenders share: the task, the decoder, the state of a dossier, the counts of a unit, the result.

The work is a small part of ours: the newest of five facts of a dossier and five counters of its unit, instead of all
facts, corrections, transfers, working days, periods and 21 indicators. What is left out is left out for everybody.
"""

import json
import resource
import sys
import time
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from schemas import fast

decode = fast.decode

COUNTS: Final = ("received", "handled", "on_time", "online", "paid")
"""What is counted of each unit, in this order."""
NOTHING: Final = (0,) * len(COUNTS)


class Task(NamedTuple):
    """A topic that holds `events` records, and a name that nobody used before for groups and tables."""

    bootstrap: str
    topic: str
    partitions: int
    events: int
    name: str

    def text(self) -> str:
        """Return the task as the argument of a contender."""
        return json.dumps(self._asdict())


def task() -> Task:
    """Return the task this program was given."""
    return Task(**json.loads(sys.argv[1]))


class Dossier(NamedTuple):
    """The newest facts of a dossier; each time is ISO text of one zone, which sorts as the moments do."""

    unit: str = ""
    heard: Any = None
    received: Any = None
    due: Any = None
    finished: Any = None
    online: bool = False
    paid: bool = False

    def hear(self, event: Any) -> "Dossier":
        """Return the facts with those of one more event; of two values the one that occurred later counts."""
        new: dict[str, Any] = {}
        if self.heard is None or event.occurred_at >= self.heard:
            new["heard"] = event.occurred_at
            new["unit"] = event.unit_code
        received = getattr(event, "received_at", None)
        if received is not None and (self.received is None or received < self.received):
            new["received"] = received
        if getattr(event, "due_at", None) is not None:
            new["due"] = event.due_at
        if getattr(event, "finished_at", None) is not None:
            new["finished"] = event.finished_at
        if getattr(event, "channel", None) == 2:
            new["online"] = True
        if getattr(event, "online_payment", None) == 1:
            new["paid"] = True
        return self._replace(**new)

    def counts(self) -> tuple[int, ...]:
        """Return what the dossier adds to the counts of its unit."""
        if self.received is None:
            return NOTHING
        handled = self.finished is not None
        on_time = handled and self.due is not None and self.finished <= self.due
        return 1, int(handled), int(on_time), int(self.online), int(self.paid)


def change(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    """Return by how much counts moved."""
    return tuple([new - old for old, new in zip(before, after, strict=True)])


class Counts:
    """Counts by unit, for those that keep them in a plain dictionary."""

    def __init__(self) -> None:
        self.of_units: dict[str, list[int]] = {}

    def move(self, before: Dossier, after: Dossier) -> None:
        """Take a dossier's old counts from its old unit and give its new counts to the new one."""
        old, new = before.counts(), after.counts()
        if old == new and before.unit == after.unit:
            return
        self._add(before.unit, [-count for count in old])
        self._add(after.unit, new)

    def _add(self, unit: str, counts: Iterable[int]) -> None:
        kept = self.of_units.setdefault(unit, [0] * len(COUNTS))
        for place, count in enumerate(counts):
            kept[place] += count

    def total(self) -> dict[str, int]:
        """Return the sums over all units."""
        return total(self.of_units.values())


def total(counts: Iterable[Iterable[int]]) -> dict[str, int]:
    """Return the sums of the counts of units."""
    columns = list(zip(*counts, strict=True)) or [()] * len(COUNTS)
    return {name: int(sum(column)) for name, column in zip(COUNTS, columns, strict=True)}


class Stopwatch:
    """Runs from the first record to the last: nobody is charged for starting or for joining a group."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._used = 0.0

    def start(self) -> None:
        """Begin at the first record; later calls change nothing."""
        if self._begun is None:
            self._begun, self._used = time.perf_counter(), _processor()

    def report(self, events: int, counted: dict[str, int] | None) -> None:
        """Print what was read, in which time, with which processor time of this process, and what was counted."""
        seconds = time.perf_counter() - (self._begun or 0)
        result = {
            "events": events,
            "seconds": seconds,
            "processor": _processor() - self._used,
            "counted": counted,
        }
        print(json.dumps(result), flush=True)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
