"""Who handles a dossier or petition when: the holder (cơ quan thực hiện) as a function of time.

Moments are epoch milliseconds UTC. A holding is `(since, unit)`; the first one is since `BEGINNING`.
"""

from collections.abc import Iterable
from typing import Final

from streams.core.registers import IMPLIED, NO_TEXT, TextRegister

BEGINNING: Final = -(1 << 62)

Holdings = tuple[tuple[int, str], ...]


def holdings(unit: TextRegister | None, transfers: Iterable[tuple[int, str, str]]) -> Holdings:
    """Return the holdings told by the register of the handling unit and the transfers `(at, to, from)`.

    The holder at a moment is named by the latest transfer or statement up to it; before the first of these it
    is the unit that the earliest transfer came from, else the one stated. An implied unit is never later than
    a transfer.
    """
    stated = NO_TEXT if unit is None else unit[3]
    moves = sorted(transfers)
    if not moves:
        return ((BEGINNING, stated),)
    points = [(at, 1, to) for at, to, _ in moves]
    if unit is not None and unit[0] != IMPLIED:
        points.append((unit[1], 0, stated))
    found = [(BEGINNING, moves[0][2] or stated or moves[0][1])]
    for at, _, code in sorted(points):
        if code != found[-1][1]:
            found.append((at, code))
    return tuple(found)


def holder(held: Holdings, at: int) -> str:
    """Return the unit that holds at a moment."""
    if len(held) == 1:
        return held[0][1]
    return next(unit for since, unit in reversed(held) if since <= at)
