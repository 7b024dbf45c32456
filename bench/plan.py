"""How large each measurement is: by default within twenty minutes, `--quick` within four."""

from typing import Final, NamedTuple


class Plan(NamedTuple):
    """Sizes of all measurements."""

    events: int
    """Events of the load that the contenders read."""
    rounds: int
    contest_seconds: float
    """No further round of the contest begins after this time."""
    core_events: int
    core_rounds: int
    few_open: int
    many_open: int
    later: int
    """Events that are sent while dossiers are held open."""
    latency_seconds: int
    days: int
    """Days of snapshots behind the ranking."""
    partitions: int = 24


DEFAULT: Final = Plan(
    events=1_000_000,
    rounds=3,
    contest_seconds=660,
    core_events=100_000,
    core_rounds=5,
    few_open=10_000,
    many_open=1_000_000,
    later=200_000,
    latency_seconds=30,
    days=366,
)
QUICK: Final = Plan(
    events=200_000,
    rounds=1,
    contest_seconds=90,
    core_events=30_000,
    core_rounds=1,
    few_open=2_000,
    many_open=30_000,
    later=20_000,
    latency_seconds=8,
    days=30,
)
UNITS_RANKED: Final = 3_321
"""Communes of the country since July 2025."""
EVENTS_PER_SECOND: Final = 500
"""Of the latency measurement."""
