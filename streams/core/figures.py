"""Scoring of published figures: one row of a table, as text, to one score.

A row names either an indicator with its numerator and denominator, or one of the portal's trees with its raw
parameters; an empty field is null. The figures of an inherited indicator are those the row shows. A tree's
score is its group's: the sum of the parts that have figures, null if none has.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from schemas.fields import Level
from schemas.index import LEVELS, Group, IndexVersion, Indicator, ZeroRule
from streams.core.scoring import indicator_rule, sum_of_read

Row = Mapping[str, str]

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{0,18})?")
_WHOLE = re.compile(r"[0-9]{1,30}(\.0{0,2})?")
"""Not 1.000, which may be a thousand."""


class FigureError(ValueError):
    """A field that cannot be read: which column, what is wrong and what would be right."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


class Computed(NamedTuple):
    """Score of a row in cents, None if null; `comparable` is False if the row has no figure to score.

    The portal publishes only a score for some rows of its trees: nothing to hold it against. `doubts` says
    which figures are hard to believe; they are scored by the formula all the same.
    """

    score: int | None
    comparable: bool
    doubts: tuple[str, ...] = ()


def score_of_row(index: IndexVersion, row: Row) -> Computed:
    """Score one row: columns to their text. Raises FigureError."""
    code, tree = row.get("indicator", "").strip(), row.get("tree", "").strip()
    if code and tree:
        raise FigureError("tree", "a row has an indicator or a tree; empty one of the two")
    level = _level(row)
    if not tree:
        return _indicator_score(*_indicator(index, code), level, row)
    return _tree_score(_tree(index, tree), level, row)


def given_score(row: Row) -> Decimal | None:
    """The score the row was published with; None if it is null. Raises FigureError."""
    return _number(row, "score")


def _indicator_score(group: Group, indicator: Indicator, level: Level, row: Row) -> Computed:
    _check_columns(row, ("numerator", "denominator"))
    numerator, denominator = _count(row, "numerator"), _count(row, "denominator")
    doubts = tuple(_doubts(numerator, denominator, "numerator", "denominator"))
    if not indicator.scored:
        return Computed(None, comparable=True, doubts=doubts)
    if indicator.zero_rule is ZeroRule.CONST:
        numerator = denominator = None
    score = indicator_rule(group.code, indicator, level).points(numerator, denominator).score
    return Computed(score, comparable=True, doubts=doubts)


def _tree_score(group: Group, level: Level, row: Row) -> Computed:
    scores: list[int | None] = []
    doubts: list[str] = []
    readable = False
    rules = [(indicator_rule(group.code, i, level), i) for i in group.indicators]
    needed = [
        c for rule, i in rules if rule.awarded is None for c in (*i.tree_numerator, *i.tree_denominator)
    ]
    if any(column in row for column in needed):
        _check_columns(row, needed)
    for rule, indicator in rules:
        numerator, denominator = _sum(row, indicator.tree_numerator), _sum(row, indicator.tree_denominator)
        top, bottom = "+".join(indicator.tree_numerator), "+".join(indicator.tree_denominator)
        doubts += _doubts(numerator, denominator, top, bottom)
        readable = readable or (rule.awarded is None and None not in (numerator, denominator))
        scores.append(rule.points(numerator, denominator).score)
    score = sum_of_read(scores, readable=readable)
    return Computed(score, comparable=score is not None, doubts=tuple(doubts))


def _level(row: Row) -> Level:
    text = row.get("level", "").strip()
    for level in LEVELS:
        if text == level:
            return level
    raise FigureError("level", _unknown("level", text, LEVELS))


def _indicator(index: IndexVersion, code: str) -> tuple[Group, Indicator]:
    if not code:
        raise FigureError("indicator", "empty; give the code of an indicator or, in column tree, of a tree")
    known = {indicator.code: (group, indicator) for group, indicator in index.indicators()}
    if code not in known:
        raise FigureError("indicator", _unknown("indicator", code, known))
    return known[code]


def _tree(index: IndexVersion, name: str) -> Group:
    known = {group.tree: group for group in index.groups if group.tree}
    if name not in known:
        raise FigureError("tree", _unknown("tree", name, known))
    return known[name]


def _unknown(kind: str, text: str, known: Iterable[str]) -> str:
    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(text.casefold(), folded, n=1, cutoff=0.5)
    meant = f"did you mean {folded[near[0]]}?" if near else f"known: {', '.join(names)}"
    return f"unknown {kind} {text!r}; {meant}"


def _check_columns(row: Row, needed: Iterable[str]) -> None:
    for column in needed:
        if column not in row:
            raise FigureError(column, "missing; add it to the header, with nothing in it where it is null")


def _sum(row: Row, columns: Iterable[str]) -> int | None:
    counts = [_count(row, column) for column in columns]
    return None if None in counts else sum(count for count in counts if count is not None)


def _count(row: Row, column: str) -> int | None:
    number = _number(row, column)
    if number is None:
        return None
    if not _WHOLE.fullmatch(row[column].strip()):
        raise FigureError(
            column, f"{row[column].strip()!r} is not a whole number; write a count in digits alone, 1234"
        )
    return int(number)


def _number(row: Row, column: str) -> Decimal | None:
    text = row.get(column, "").strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise FigureError(column, f"{text!r} is not a number; write digits with a point, or nothing for null")
    if text.startswith("-"):
        raise FigureError(column, f"{text!r} is negative; counts and points start at 0")
    return Decimal(text)


def _doubts(numerator: int | None, denominator: int | None, top: str, bottom: str) -> Iterator[str]:
    """Say that a part exceeds its whole: possible where the two are taken at different moments."""
    if numerator is not None and denominator is not None and numerator > denominator:
        yield f"column {top}: {numerator} is more than {denominator} in {bottom}"
