"""A worker that can be stopped at a known point of a batch, and what it has noted."""

import json
import sys
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from tests.integration.pipeline import Pipeline, WorkerProcess

PROGRAM: Final = Path(__file__).with_name("gated_program.py")
Point = Literal["merged", "sent", "logged", "done"]
POINTS: tuple[Point, ...] = ("merged", "sent", "logged", "done")
"""In the order of a batch: before its changelog records, before their acknowledgement, after it, before the commit."""
Gate = Point | Literal["telling"]
"""Or where alerts stand in the changelog, and are not on their topic yet."""


class Standing(NamedTuple):
    """Where a worker stands: at which point, in a batch of which partition, and the offset after the batch."""

    point: str
    partition: int
    upto: int


class GatedWorker:
    """One process; `ask` makes it stand still, `process` is to be started, killed and woken."""

    def __init__(self, pipeline: Pipeline, folder: Path, number: int, clock: Path, **environ: str) -> None:
        self._trigger = folder / f"gate-{number}"
        self._notes = folder / f"notes-{number}.jsonl"
        program = [
            sys.executable,
            str(PROGRAM),
            str(self._trigger),
            str(self._notes),
            str(clock),
        ]
        self.expected: list[str] = []
        """What it may log as an error (regex): a fault done to it that it must tell of."""
        self.process: WorkerProcess = pipeline.worker(program, **environ)

    def ask(self, point: Gate) -> None:
        """Have it stand still the next time that it is at this point."""
        fresh = self._trigger.with_suffix(".new")
        fresh.write_text(point, "ascii")
        fresh.replace(self._trigger)

    def standing(self) -> Standing | None:
        """Where it stands still now, None while it does not."""
        if not self.process.is_running() or not self.process.is_stopped():
            return None
        last = next(one for one in reversed(self.notes()) if "at" in one)
        return Standing(last["at"], last["partition"], last["upto"])

    def notes(self) -> list[dict[str, Any]]:
        """Everything it has noted, in order."""
        if not self._notes.exists():
            return []
        return [json.loads(line) for line in self._notes.read_text("ascii").splitlines()]

    def taken(self) -> list[tuple[int, int]]:
        """Partition and offset of every record of every batch that it began."""
        return [
            (one["taken"], one["first"] + number)
            for one in self.notes()
            if "taken" in one
            for number in range(one["count"])
        ]
