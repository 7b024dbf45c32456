"""Small drawings as SVG, computed here so that they are on the first paint, without JavaScript and inline style."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, Protocol

from markupsafe import Markup, escape

WIDTH: Final = 96
HEIGHT: Final = 24
LEAST_SPAN: Final = 2.0
"""Points that the height of a spark line means at least: a cent must not look like a mountain."""
HEAT_FROM: Final = Decimal("0.6")
STEPS: Final = 10
MOST_POINTS: Final = 48
"""Points that a line of this width can show; of more days, evenly chosen ones with the last."""


class Dated(Protocol):
    """Points of a day."""

    @property
    def total(self) -> Decimal | None:
        """Points, None if unknown."""


@lru_cache(50_000)  # a table has hundreds, most of them seen before
def heat(score: Decimal | None, maximum: Decimal | None) -> str:
    """Return the class of a heat cell: `h0` at 60 % of the points or less, `h10` at all of them."""
    if score is None or not maximum:
        return "unknown"
    share = (score / maximum - HEAT_FROM) / (1 - HEAT_FROM)
    return f"h{max(0, min(STEPS, int(share * STEPS)))}"


def spark(trend: Sequence[Dated], label: str) -> Markup:
    """Return a spark line of the points of successive days; nothing where fewer than two are known."""
    known = _thinned([one.total for one in trend if one.total is not None])
    if len(known) < 2:
        return Markup("")
    low, high = float(min(known)), float(max(known))
    middle, span = (low + high) / 2, max(high - low, LEAST_SPAN)
    step = (WIDTH - 6) / (len(known) - 1)
    line = [
        (3 + place * step, HEIGHT / 2 - (float(value) - middle) / span * (HEIGHT - 6))
        for place, value in enumerate(known)
    ]
    path = "L".join([f"{x:.1f} {y:.1f}" for x, y in line])
    x, y = line[-1]
    return Markup(  # noqa: S704 - figures of ours, the label escaped
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(label)}: {known[0]} → {known[-1]}">'
        f'<path d="M{path}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.2"/></svg>'
    )


def _thinned(known: Sequence[Decimal]) -> Sequence[Decimal]:
    """Return at most `MOST_POINTS` of the values, the first and the last among them."""
    steps = MOST_POINTS - 1
    if len(known) <= MOST_POINTS:
        return known
    return [known[place * (len(known) - 1) // steps] for place in range(MOST_POINTS)]
