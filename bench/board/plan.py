"""How large the measurement is; it ends by itself well within `seconds`."""

from typing import Final, NamedTuple


class Plan(NamedTuple):
    """Sizes; the defaults are the target's: 200 viewers, all communes of the country."""

    viewers: int = 200
    rate: float = 20.0
    """Ranking requests a second, beside those of the viewers."""
    changes: int = 12
    pause: float = 2.5
    """Seconds from one change to the next."""
    communes: int = 3321
    moved: int = 332
    """Communes whose points each change moves."""
    days: int = 120
    """Days of history behind the ranking."""
    seconds: float = 240.0
    """After this time the measurement is given up."""


DEFAULT: Final = Plan()
