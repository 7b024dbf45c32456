"""The portal's published figures of Phú Thọ for August 2026, as data; an absent figure is None."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

PERIOD = "2026-08"
FORMULA = "portal-2026"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit under the name the portal gives it; `code` is made up but for H44 and H44.100."""

    code: str
    name: str
    level: str
    kind: str


class Observation(NamedTuple):
    """One published indicator."""

    unit: str
    indicator: str
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    score: Decimal | None


class Tree(NamedTuple):
    """One published tree: parameters as named by the portal (only those it gives) and the group's score."""

    unit: str
    tree: str
    parameters: Mapping[str, int]
    score: Decimal


class GroupTotal(NamedTuple):
    """One published score of a group."""

    unit: str
    group: str
    score: Decimal


@cache
def units() -> tuple[Unit, ...]:
    """The province first, then departments and communes."""
    return tuple(Unit(**row) for row in _rows("units.csv"))


@cache
def observations() -> tuple[Observation, ...]:
    """Every published indicator of these units."""
    codes = _codes()
    return tuple(
        Observation(
            codes[row["unit"]],
            row["indicator"],
            _count(row["numerator"]),
            _count(row["denominator"]),
            _decimal(row["ratio"]),
            _decimal(row["score"]),
        )
        for row in _rows("observations.csv")
    )


@cache
def trees() -> tuple[Tree, ...]:
    """Every published tree of these units."""
    codes = _codes()
    return tuple(
        Tree(
            codes[row["unit"]],
            row["tree"],
            {name: int(text) for name, text in row.items() if name[:5] in _COUNTED and text},
            Decimal(row["score"]),
        )
        for row in _rows("trees.csv")
    )


@cache
def group_totals() -> tuple[GroupTotal, ...]:
    """Every published score of a group of metrics."""
    codes = _codes()
    return tuple(
        GroupTotal(codes[row["unit"]], row["group"], Decimal(row["score"]))
        for row in _rows("group-totals.csv")
    )


_COUNTED = frozenset({"total", "autho", "parti", "fullC", "onlin", "chann"})


def _codes() -> dict[str, str]:
    return {unit.name: unit.code for unit in units()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = files("streams.scenarios.phu_tho") / "data" / name
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def _count(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
