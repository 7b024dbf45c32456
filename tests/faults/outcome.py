"""What a scenario came to, for people: printed as a table at the end of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Row = tuple[str, ...]


@dataclass
class Outcome:
    """One scenario: faults done, events in the log, and what must be zero.

    `repeated` counts events that were taken again (they change nothing); `duplicates` counts what readers would see
    twice, `lost` what they would miss. `recoveries` are seconds from the end of a fault until all is committed,
    `seconds` those of the whole scenario.
    """

    scenario: str
    kills: int = 0
    events: int = 0
    repeated: int = 0
    duplicates: int = 0
    lost: int = 0
    differing: int = 0
    seconds: float = 0.0
    passed: bool = False
    recoveries: list[float] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


HEAD = (
    "scenario",
    "kills",
    "events",
    "taken again",
    "seen twice",
    "lost",
    "differing cells",
    "s to recover",
    "s in all",
)


def table(found: Sequence[Row]) -> list[str]:
    """The lines of a table in Markdown."""
    rows = [HEAD, *found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return lines


def remarks(outcomes: Sequence[Outcome]) -> list[str]:
    """What is to be said beside the table."""
    return [f"* {one.scenario}: {remark}" for one in outcomes for remark in one.remarks]


def row(one: Outcome) -> Row:
    """One line of the table."""
    numbers = (one.kills, one.events, one.repeated, one.duplicates, one.lost, one.differing)
    counts = (f"{number:,}" for number in numbers)
    return one.scenario, *counts, _seconds(one.recoveries), f"{one.seconds:.0f}"


def _seconds(found: list[float]) -> str:
    if not found:
        return "-"
    ordered = sorted(found)
    middle, most = ordered[len(ordered) // 2], ordered[-1]
    return f"{most:.1f}" if len(found) == 1 else f"median {middle:.1f}, most {most:.1f}"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *numbers = (
        text.ljust(width) if column == 0 else text.rjust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "| " + " | ".join([first, *numbers]) + " |"
