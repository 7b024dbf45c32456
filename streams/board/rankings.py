"""Which rankings there are, and a mark for each that changes when its figures do."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from streams.read.choice import Available, available
from streams.read.ranking import reached
from streams.read.reader import Reader

OVERLAP: Final = 60
"""Seconds of arrivals looked at again each time: rows may become visible out of order, and a clock may step back."""

GRAIN: Final = timedelta(seconds=10)
"""By so much pages may understate how far scores have come (never overstate it); else each second needed new ones."""

Key = tuple[str, str, str]
"""Formula, level, period."""


class Rankings(NamedTuple):
    """What the poller saw last; `marks` by formula, level, period; `newest`: second of the newest arrival, epoch s.

    `reached`: how far all scores have come, as pages say it (`GRAIN`); `reached_now`: as it is. `version` counts; of
    two with the same one every page is the same. `digest` names all marks together.
    """

    found: tuple[Available, ...] = ()
    marks: Mapping[Key, str] = {}
    newest: int = 0
    reached: datetime | None = None
    reached_now: datetime | None = None
    version: int = 0
    digest: str = ""

    def mark(self, key: Key) -> str:
        """Return the mark of a ranking, empty if it has none."""
        return self.marks.get(key, "")

    def changed_since(self, before: "Rankings") -> list[Key]:
        """Return the rankings whose figures are others than before."""
        return [key for key, mark in self.marks.items() if before.marks.get(key) != mark]


def read_rankings(reader: Reader, before: Rankings) -> Rankings:
    """Look again; everything about a ranking but its mark is read anew only when any has changed."""
    told = reached(reader)  # before the rows: all of them are then at least as new
    arrived = reader.rows(
        "SELECT formula, level, period, toUnixTimestamp(max(a.second)) AS newest, argMax(a.mark, a.second) AS last"
        " FROM score_arrivals AS a WHERE a.second >= toDateTime(%(since)s, 'UTC') GROUP BY formula, level, period",
        {"since": max(0, before.newest - OVERLAP)},
    )
    marks = dict(before.marks) | {
        (row["formula"], row["level"], row["period"]): f"{row['newest']:x}-{row['last']:x}" for row in arrived
    }
    newest = max([before.newest, *(row["newest"] for row in arrived)])
    same = marks == before.marks
    found = before.found if same else tuple(available(reader, None))
    now = told or max((one.as_of for one in found), default=None)
    if same and _near(before.reached, now):
        return before._replace(newest=newest, reached_now=now)
    digest = hashlib.blake2b(repr(sorted(marks.items())).encode(), digest_size=12).hexdigest()
    return Rankings(found, marks, newest, now, now, before.version + 1, digest)


def _near(said: datetime | None, now: datetime | None) -> bool:
    """Tell whether what pages say is still near enough, and not ahead."""
    if said is None or now is None:
        return said is now
    return timedelta(0) <= now - said < GRAIN
