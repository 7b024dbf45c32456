"""Which channels an alert is for: pure, from the routing alone."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from streams.notify.routing_model import Route, Routing

RINGING: Final = frozenset({"raised", "escalated"})
"""Changes that tell people something new; the others only go where these went."""


class Routed(Protocol):
    """What a route looks at; a record has it."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - as the record has it
    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> int: ...  # noqa: D102
    @property
    def told_units(self) -> tuple[str, ...]: ...  # noqa: D102


def channels_for(alert: Routed, routing: Routing) -> list[str]:
    """Return the channels of every route that fits, each once, in the order of the file."""
    fitting = (route for route in routing.routes if _fits(alert, route))
    return list(dict.fromkeys(channel for route in fitting for channel in route.channels))


def unit_fits(unit: str, patterns: Iterable[str]) -> bool:
    """Tell whether a unit's code is among the patterns; a star at the end of one stands for any rest."""
    return any(
        unit.startswith(pattern[:-1]) if pattern.endswith("*") else unit == pattern for pattern in patterns
    )


def _fits(alert: Routed, route: Route) -> bool:
    return (
        (route.units is None or _any_unit(alert.told_units, route.units))
        and (route.kinds is None or alert.kind in route.kinds)
        and (route.severities is None or alert.severity in route.severities)
        and (route.levels is None or alert.level in route.levels)
    )


def _any_unit(units: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(unit_fits(unit, patterns) for unit in units)
