"""Competition ranking (xếp hạng): equal scores share a rank and the next rank is skipped, 1-2-2-4."""

from collections.abc import Mapping


def rank(scores: Mapping[str, int | None]) -> dict[str, int]:
    """Rank of each unit by descending score in cents; a unit without a score has no rank.

    Give it units of one level, period and index version only: others are not comparable.
    """
    ranks: dict[str, int] = {}
    held = sorted(((s, u) for u, s in scores.items() if s is not None), key=lambda pair: -pair[0])
    previous: tuple[int, int] | None = None
    for place, (score, unit) in enumerate(held, start=1):
        if previous is None or previous[0] != score:
            previous = (score, place)
        ranks[unit] = previous[1]
    return ranks
