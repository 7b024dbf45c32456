"""Which rankings there are, and a mark for each that changes when its figures do."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from streams.read.choice import Available, available
from streams.read.reader import Reader

OVERLAP: Final = 60
"""Seconds of arrivals looked at again each time: rows may become visible out of order, and a clock may step back."""

Key = tuple[str, str, str]
"""Formula, level, period."""


class Rankings(NamedTuple):
    """What the poller saw last; `marks` by formula, level, period; `newest`: second of the newest arrival, epoch s."""

    found: tuple[Available, ...] = ()
    marks: Mapping[Key, str] = {}
    newest: int = 0
    reached: datetime | None = None

    def mark(self, key: Key) -> str:
        """Return the mark of a ranking, empty if it has none."""
        return self.marks.get(key, "")

    def changed_since(self, before: "Rankings") -> list[Key]:
        """Return the rankings whose figures are others than before."""
        return [key for key, mark in self.marks.items() if before.marks.get(key) != mark]


def read_rankings(reader: Reader, before: Rankings) -> Rankings:
    """Look again; everything about a ranking but its mark is read anew only when any has changed."""
    arrived = reader.rows(
        "SELECT formula, level, period, toUnixTimestamp(max(a.second)) AS newest, argMax(a.mark, a.second) AS last"
        " FROM score_arrivals AS a WHERE a.second >= toDateTime(%(since)s, 'UTC') GROUP BY formula, level, period",
        {"since": max(0, before.newest - OVERLAP)},
    )
    marks = dict(before.marks) | {
        (row["formula"], row["level"], row["period"]): f"{row['newest']:x}-{row['last']:x}" for row in arrived
    }
    newest = max([before.newest, *(row["newest"] for row in arrived)])
    found = before.found if marks == before.marks else tuple(available(reader, None))
    return Rankings(found, marks, newest, _reached(reader, found))


def _reached(reader: Reader, found: Iterable[Available]) -> datetime | None:
    rows = reader.rows(
        "SELECT minOrNull(as_of) AS least FROM score_reach WHERE epoch = (SELECT max(epoch) FROM score_reach)",
        {},
    )
    least: datetime | None = rows[0]["least"]
    return least or max((one.as_of for one in found), default=None)
