"""Which unit a person means: its code, or a part of its name, with or without Vietnamese marks."""

import difflib
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from streams.errors import UserError
from streams.read.moment import literal
from streams.read.reader import Reader

_NEAR = 0.5
_OFFICE = ("uy ban nhan dan ", "ubnd ")
_KINDS = ("tinh ", "thanh pho ", "thi xa ", "huyen ", "quan ", "thi tran ", "phuong ", "dac khu ", "xa ")
_HIGHEST_FIRST = ("province", "district", "department", "commune")


class KnownUnit(NamedTuple):
    """A unit that has scores by a version of the index."""

    code: str
    name: str
    level: str
    periods: Sequence[str]


def known_units(reader: Reader, formula: str, as_of: datetime | None = None) -> list[KnownUnit]:
    """Return every unit that has scores, with its newest name and its periods, newest first."""
    source = "scores" if as_of is None else "scores_at(as_of = %(as_of)s)"
    rows = reader.rows(
        "SELECT unit_code AS code, argMax(unit_name, period_end) AS name, argMax(level, period_end) AS level,"  # noqa: S608
        " arrayMap(p -> p.2, arrayReverseSort(groupArray((period_end, period)))) AS periods"
        f" FROM {source} WHERE formula = %(formula)s GROUP BY unit_code ORDER BY name COLLATE 'vi', code",
        {"formula": formula, "as_of": "" if as_of is None else literal(as_of)},
    )
    return [KnownUnit(**row) for row in rows]


def find_unit(units: Sequence[KnownUnit], said: str) -> KnownUnit:
    """Return the unit with this code, this name, or the only one whose name contains it; UserError names near ones.

    A name may leave out what kind of unit it is; where a district and its town share it, the higher one is meant.
    """
    for unit in units:
        if unit.code == said:
            return unit
    wanted = plain(said)
    matching = (
        [unit for unit in units if plain(unit.name) == wanted or unit.code.casefold() == said.casefold()]
        or _highest([unit for unit in units if _proper(unit.name) == wanted])
        or [unit for unit in units if wanted and wanted in plain(unit.name)]
    )
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise UserError(f"{said!r} may be {_listed(matching)}: say its code")
    names = {plain(unit.name): unit for unit in units}
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=_NEAR)
    hint = f"; did you mean {_listed([names[name] for name in near])}?" if near else ""
    raise UserError(f"no unit {said!r} has scores{hint}")


def near_units(units: Sequence[KnownUnit], said: str, most: int = 8) -> list[KnownUnit]:
    """Return the units whose code or name contains what was said, or else is most like it."""
    wanted = plain(said)
    found = [unit for unit in units if wanted and (wanted in plain(unit.name) or wanted in plain(unit.code))]
    if not found:
        named = {plain(text): unit for unit in units for text in (unit.name, unit.code)}
        found = [named[text] for text in difflib.get_close_matches(wanted, named, n=most, cutoff=_NEAR)]
    return list({unit.code: unit for unit in found}.values())[:most]


@lru_cache(10_000)  # a search looks at the names of all communes again and again
def plain(name: str) -> str:
    """Return a name without case, marks and double spaces: `Thị xã Tân Uyên` -> `thi xa tan uyen`."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _proper(name: str) -> str:
    """Return a plain name without what kind of unit it is: `UBND xã Hy Cương` -> `hy cuong`."""
    proper = plain(name)
    for words in (_OFFICE, _KINDS):
        proper = next((proper.removeprefix(word) for word in words if proper.startswith(word)), proper)
    return proper


def _highest(units: Sequence[KnownUnit]) -> list[KnownUnit]:
    """Return those of the highest level among units that share a name."""
    level = min((_HIGHEST_FIRST.index(unit.level) for unit in units), default=None)
    return [unit for unit in units if _HIGHEST_FIRST.index(unit.level) == level]


def _listed(units: Sequence[KnownUnit]) -> str:
    return ", ".join(f"{unit.name} ({unit.code})" for unit in units[:6]) + (" ..." if len(units) > 6 else "")
