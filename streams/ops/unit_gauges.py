"""Gauges by unit with a cap: a province has thousands of units, Prometheus should not."""

from typing import Final

from prometheus_client import Gauge

MOST_UNITS: Final = 60
"""Units of a level and worker with a series of their own."""
OTHER: Final = "other"


class UnitGauges:
    """Sets the open and the late dossiers of units; the first ones heard of keep their series, the rest is summed."""

    def __init__(self, open_dossiers: Gauge, late_dossiers: Gauge, most: int = MOST_UNITS) -> None:
        self._gauges = (open_dossiers, late_dossiers)
        self._most = most
        self._named: dict[str, set[str]] = {}
        self._summed: dict[str, dict[str, tuple[int, int]]] = {}

    def set(self, level: str, unit: str, counts: tuple[int, int]) -> None:
        """Note how many dossiers of a unit are open, and how many of these are late."""
        named = self._named.setdefault(level, set())
        if unit in named or len(named) < self._most:
            named.add(unit)
            self._show(level, unit, counts)
        else:
            summed = self._summed.setdefault(level, {})
            summed[unit] = counts
            self._show(level, OTHER, (sum(a for a, _ in summed.values()), sum(b for _, b in summed.values())))

    def forget(self) -> None:
        """Drop every series: the units are given up."""
        self._named.clear()
        self._summed.clear()
        for gauge in self._gauges:
            gauge.clear()

    def _show(self, level: str, unit: str, counts: tuple[int, int]) -> None:
        for gauge, count in zip(self._gauges, counts, strict=True):
            gauge.labels(level, unit).set(count)
