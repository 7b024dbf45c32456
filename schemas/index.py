"""Index versions as data: groups, indicators, maxima, targets, zero rules, policies by level, grades.

One YAML file in `schemas/index/` is one version of the index of Decision 766/QĐ-TTg. Points have two decimals
and are kept as decimals; a target is the percentage at which an indicator earns all its points. A version is
immutable once published: another rule is another version, and totals of two versions are never compared.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, get_args

import yaml
from pydantic import Field

from schemas.counters import ALL_COUNTERS
from schemas.fields import Code, Document, Level, LocalDate, Text

LEVELS: tuple[Level, ...] = get_args(Level)
"""Levels of units in the administrative tree; units are ranked within a level."""


class ZeroRule(StrEnum):
    """What an indicator shows when its denominator is 0 (index description, section 2, zero denominators)."""

    NULL = "NULL"
    """No ratio and no score; counts 0 in the group. Nothing to measure is not a failure."""
    ZERO = "ZERO"
    """Ratio 0, score 0."""
    FULL = "FULL"
    """Ratio 0, score the maximum: no petition is no complaint."""
    CONST = "CONST"
    """No figures at all: the maximum if the unit's reference flag is 1 (the default), 0 if it is 0."""


class Policy(StrEnum):
    """Whose figures an indicator takes at a level."""

    OWN = "OWN"
    INHERIT = "INHERIT"
    """The province's figures."""
    ZERO = "ZERO"
    """0 points whatever the figures."""
    AWARD_MAX = "AWARD_MAX"
    """All points whatever the figures: the indicator does not exist at this level."""


Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Percent = Annotated[Decimal, Field(gt=0, le=100)]


class Policies(Document):
    """One policy for each level."""

    province: Policy
    department: Policy
    district: Policy
    commune: Policy

    def at(self, level: Level) -> Policy:
        """Policy at `level`."""
        policy: Policy = getattr(self, level)
        return policy


class Indicator(Document):
    """One indicator (chỉ số thành phần): a ratio of two counters, worth at most `maximum` points.

    `tree_numerator` and `tree_denominator` name the parameters of the portal's answers whose sums are the
    figures. An indicator without counters and with maximum 0 is information only: a name, never a score.
    """

    code: Code
    name_vi: Text
    name_en: Text
    doc_id: str | None
    maximum: Points
    target: Percent
    zero_rule: ZeroRule
    numerator: str | None
    denominator: str | None
    policy: Policies
    tree_numerator: tuple[str, ...] = ()
    tree_denominator: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """False for indicators shown for information only."""
        return self.maximum > 0

    def rules(self) -> None:
        """Counters exist and are as many as the maximum and the zero rule need."""
        for name in (self.numerator, self.denominator):
            if name is not None and name not in ALL_COUNTERS:
                raise ValueError(f"{self.code}: unknown counter {name}")
        wanted = {ZeroRule.CONST: (True, False)}.get(self.zero_rule, (self.scored, self.scored))
        if (self.numerator is not None, self.denominator is not None) != wanted:
            raise ValueError(f"{self.code}: counters do not fit maximum and zero rule")
        if bool(self.tree_numerator) != bool(self.tree_denominator):
            raise ValueError(f"{self.code}: give both tree parameters or none")


class Group(Document):
    """One displayed group of indicators (nhóm chỉ số). `tree` is the portal's answer with its parameters."""

    code: Code
    name_vi: Text
    name_en: Text
    maximum: Points
    tree: str | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    def rules(self) -> None:
        """Maxima add up, and a group with a tree knows all its parameters."""
        if sum((i.maximum for i in self.indicators), Decimal(0)) != self.maximum:
            raise ValueError(f"{self.code}: maxima of its indicators do not add up to {self.maximum}")
        if self.tree is not None and not all(i.tree_numerator for i in self.indicators):
            raise ValueError(f"{self.code}: an indicator has no parameters in {self.tree}")


class Grade(Document):
    """A grade (xếp loại) given from `from_total` points on."""

    code: Code
    name_vi: Text
    name_en: Text
    from_total: Points


class IndexVersion(Document):
    """One version of the index: everything the scorer needs, no code."""

    version: Code
    title_vi: Text
    title_en: Text
    source: Text
    valid_from: LocalDate
    valid_to: LocalDate | None
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]

    def __hash__(self) -> int:
        return hash(self.version)

    @property
    def maximum(self) -> Decimal:
        """Points of a perfect unit."""
        return sum((g.maximum for g in self.groups), Decimal(0))

    def indicators(self) -> Iterator[tuple[Group, Indicator]]:
        """Every indicator with its group, in display order."""
        for group in self.groups:
            for indicator in group.indicators:
                yield group, indicator

    def rules(self) -> None:
        """Codes are unique, grades fall to 0."""
        codes = [g.code for g in self.groups] + [i.code for _, i in self.indicators()]
        if len(set(codes)) != len(codes):
            raise ValueError("a code of a group or indicator is used twice")
        bounds = [g.from_total for g in self.grades]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("grades must fall strictly and end at 0")


class UnknownIndexVersionError(ValueError):
    """No index version has this name; the message lists those there are."""


def index_versions() -> tuple[str, ...]:
    """Names of the shipped index versions, sorted."""
    found = (files("schemas") / "index").iterdir()
    return tuple(sorted(f.name.removesuffix(".yaml") for f in found if f.name.endswith(".yaml")))


def parse_index(text: str) -> IndexVersion:
    """Validate the YAML text of an index version.

    Raises ValueError (a pydantic ValidationError or a message of ours) if it is not one.
    """
    document = yaml.safe_load(text)
    return IndexVersion.model_validate_json(json.dumps(document, default=str))


@cache
def load_index(name: str) -> IndexVersion:
    """The shipped index version `name`, read once. Raises UnknownIndexVersionError."""
    if name not in index_versions():
        raise UnknownIndexVersionError(f"unknown formula {name}; known: {', '.join(index_versions())}")
    return parse_index((files("schemas") / "index" / f"{name}.yaml").read_text(encoding="utf-8"))
