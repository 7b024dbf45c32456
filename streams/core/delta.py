"""What changed since the previous period of the same kind under the same index version."""

from typing import NamedTuple


class Standing(NamedTuple):
    """Where a unit stood in one period; total in cents, None if it had none (and then no rank)."""

    formula: str
    period_kind: str
    total: int | None
    rank: int | None


class Change(NamedTuple):
    """`score` in cents, `places` positive when the unit climbed; None if there is nothing to compare with."""

    score: int | None
    places: int | None


def change(current: Standing, previous: Standing | None) -> Change:
    """The change from `previous` to `current`; nothing across kinds of period or index versions."""
    if previous is None or (current.formula, current.period_kind) != (previous.formula, previous.period_kind):
        return Change(None, None)
    return Change(_less(current.total, previous.total), _less(previous.rank, current.rank))


def _less(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left - right
