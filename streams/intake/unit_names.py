"""Units by their names, for sources that send the name of the handling unit (DonViXuLy), not its code."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from schemas.reference import UnitRecord


class UnitNames:
    """The register of units, asked by name; a name means a unit only if it is the only one nearby."""

    def __init__(self, records: Iterable[UnitRecord]) -> None:
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        self._parents: defaultdict[str, set[str]] = defaultdict(set)
        for record in records:
            for row in record.history:
                self._codes[_plain(row.name)].add(record.code)
                if row.parent is not None:
                    self._parents[record.code].add(row.parent)

    def resolve(self, name: str, near: str) -> str | None:
        """The unit of this name at, under or above the unit `near`, else the only one in the register."""
        found = self._codes.get(_plain(name), set())
        if near in found:
            return near
        related = {code for code in found if near in self._above(code) or code in self._above(near)}
        candidates = related or found
        return next(iter(candidates)) if len(candidates) == 1 else None

    def _above(self, code: str) -> set[str]:
        """All ancestors of a unit, of any time."""
        above: set[str] = set()
        waiting = [code]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in above:
                    above.add(parent)
                    waiting.append(parent)
        return above


def _plain(name: str) -> str:
    """A name without what typing changes: composed letters, case, spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
