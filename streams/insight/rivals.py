"""Who passed a unit between two moments, and whom it passed: a rank may fall although no point was lost."""

from typing import NamedTuple

from streams.read.explanation import Explanation
from streams.read.ranking import Place


class Rival(NamedTuple):
    """Another unit of the level, as it stood at both moments."""

    before: Place
    after: Place


class Rivals(NamedTuple):
    """Units that came to the front (`passed_by`), and those left behind (`passed`); best first."""

    passed_by: tuple[Rival, ...]
    passed: tuple[Rival, ...]


def rivals(before: Explanation, after: Explanation) -> Rivals:
    """Return the units whose order relative to a unit changed between two moments, unless unranked at either."""
    mine_then, mine_now = before.place.rank, after.place.rank
    if mine_then is None or mine_now is None:
        return Rivals((), ())
    then = {place.unit_code: place for place in before.ranking.places}
    passed_by, passed = [], []
    for place in after.ranking.places:
        earlier = then.get(place.unit_code)
        if earlier is None or earlier.rank is None or place.rank is None:
            continue
        if earlier.rank >= mine_then and place.rank < mine_now:
            passed_by.append(Rival(earlier, place))
        elif earlier.rank <= mine_then and place.rank > mine_now and place.unit_code != after.place.unit_code:
            passed.append(Rival(earlier, place))
    return Rivals(tuple(passed_by), tuple(passed))
