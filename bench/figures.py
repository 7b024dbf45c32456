"""What was measured beside what was promised, as tables for people."""

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One measurement; a target of None is only for comparison, `least` tells a floor from a ceiling."""

    name: str
    value: float
    unit: str
    target: float | None = None
    least: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        """Tell whether the target is reached."""
        if self.target is None:
            return ""
        reached = self.value >= self.target if self.least else self.value <= self.target
        return "yes" if reached else "**no**"


class Section(NamedTuple):
    """One measurement's figures with what must be said about them; `said` tells when and how large."""

    title: str
    said: str
    figures: tuple[Figure, ...]
    notes: str


def number(value: float) -> str:
    """Return a number with as many places as tell something."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def table(figures: Sequence[Figure]) -> str:
    """Return a Markdown table."""
    rows = [("what", "measured", "target", "reached", "")]
    rows += [
        (each.name, f"{number(each.value)} {each.unit}".strip(), _target(each), each.verdict, each.note)
        for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'at least' if figure.least else 'at most'} {number(figure.target)}"
