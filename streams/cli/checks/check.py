"""One line of the doctor's report."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands, what was found, and how to mend it (empty: nothing to mend)."""

    name: str
    state: State
    found: str
    fix: str = ""


def guarded(name: str, look: Callable[[], Iterable[Check]]) -> list[Check]:
    """Run one look; whatever goes wrong inside becomes a failed line, never a traceback."""
    try:
        return list(look())
    except Exception as problem:  # noqa: BLE001 - the doctor must reach the next patient
        words = str(problem).strip().splitlines() or ["no words"]
        fix = "run `nhip766 settings` to see what this process was told"
        return [Check(name, "failed", f"{type(problem).__name__}: {words[0][:200]}", fix)]
