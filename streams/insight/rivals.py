"""Who passed a unit between two moments, and whom it passed: a rank may fall although no point was lost."""

from typing import NamedTuple

from streams.read.explanation import Explanation
from streams.read.ranking import Place


class Rival(NamedTuple):
    """Another unit of the level, as it stood at both moments."""

    before: Place
    after: Place


class Rivals(NamedTuple):
    """Units that passed or caught up (`passed_by`), and those passed or caught up with (`passed`); best first."""

    passed_by: tuple[Rival, ...]
    passed: tuple[Rival, ...]


def rivals(before: Explanation, after: Explanation) -> Rivals:
    """Return the units whose place relative to a unit changed between two moments, unless unranked at either."""
    then = {place.unit_code: place for place in before.ranking.places}
    passed_by: list[Rival] = []
    passed: list[Rival] = []
    for place in after.ranking.places:
        earlier = then.get(place.unit_code)
        was = None if earlier is None else _side(earlier, before.place)
        now = _side(place, after.place)
        if earlier is None or was is None or now is None or was == now:
            continue
        (passed_by if now < was else passed).append(Rival(earlier, place))
    return Rivals(tuple(passed_by), tuple(passed))


def _side(other: Place, mine: Place) -> int | None:
    """Return -1 for a unit in front, 0 for one beside, 1 for one behind, None for one without a rank."""
    if other.rank is None or mine.rank is None:
        return None
    return (other.rank > mine.rank) - (other.rank < mine.rank)
