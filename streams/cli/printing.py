"""How values are printed: for people with a dash where nothing is known, for programs with null."""

from decimal import Decimal

from rich.console import Console

MISSING = "–"


def console() -> Console:
    """Return the terminal; a pipe has 80 columns unless COLUMNS says otherwise, and long names go on below."""
    return Console(highlight=False)


def decimal(value: Decimal | None) -> str:
    """Return points or a percentage with two decimals."""
    return MISSING if value is None else f"{value:.2f}"


def count(value: int | None) -> str:
    """Return a count, without marks between thousands: a point would be read as a decimal one."""
    return MISSING if value is None else str(value)


def number(value: Decimal | None) -> float | None:
    """Return a decimal of two places as JSON writes it: 90.90 -> 90.9."""
    return None if value is None else float(value)
