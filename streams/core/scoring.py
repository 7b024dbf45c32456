"""The generic scorer: counters of a unit in, its score card by any index version out.

Points and ratios are integers in hundredths. With `n` of `d`, a maximum and a target ratio:

    ratio = round2(100 n / d)          score = round2(min(maximum, maximum n / (d target)))

both from the exact fraction, half up. A group's score is the sum of its rounded indicators, the total the sum
of the groups. None means there was nothing to measure (zero rule NULL) or nothing could be read; it is never
0, it counts as 0 in a sum, and a group of which nothing could be read leaves its unit without a total.

Source: index description, sections 2 and 7; Decision 766/QĐ-TTg.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from schemas.fields import Level
from schemas.index import LEVELS, IndexVersion, Indicator, Policy, ZeroRule
from streams.core.grades import grade_of
from streams.core.rounding import half_up, to_hundredths


class IndicatorScore(msgspec.Struct, frozen=True, gc=False):
    """One indicator of a unit: ratio in hundredths of a percent, points in cents, lost: maximum - score."""

    code: str
    group: str
    numerator: int | None
    denominator: int | None
    ratio: int | None
    score: int | None
    maximum: int
    lost: int
    policy: str


class GroupScore(msgspec.Struct, frozen=True, gc=False):
    """One group of one unit; score and ratio are None if nothing of the group could be read."""

    code: str
    score: int | None
    maximum: int
    ratio: int | None


class ScoreCard(msgspec.Struct, frozen=True):
    """All scores of one unit; total and grade (its code) are None if a whole group could not be read."""

    indicators: tuple[IndicatorScore, ...]
    groups: tuple[GroupScore, ...]
    total: int | None
    maximum: int
    grade: str | None


class Points(NamedTuple):
    """Ratio in hundredths of a percent and score in cents."""

    ratio: int | None
    score: int | None


class IndicatorRule(NamedTuple):
    """One indicator at one level, compiled to integers: score = n slope / (d target), at most `maximum`."""

    code: str
    group: str
    maximum: int
    slope: int
    target: int
    numerator: str
    denominator: str
    policy: str
    awarded: int | None
    """Score whatever the figures, by policy."""
    constant: bool
    """Zero rule CONST: no figures, only the unit's flag."""
    at_zero: Points
    """Points at a denominator of 0."""

    def points(self, numerator: int | None, denominator: int | None) -> Points:
        """Points of these figures under this rule; figures that could not be read give none.

        For CONST the numerator is the flag of the unit (None counts as 1) and the denominator is ignored.
        """
        if self.constant:
            return Points(0, 0) if numerator == 0 else Points(100_00, self.maximum)
        if self.awarded is not None:
            return Points(
                half_up(100_00 * numerator, denominator) if denominator and numerator is not None else None,
                self.awarded,
            )
        if numerator is None or denominator is None:
            return UNREAD
        if denominator == 0:
            return self.at_zero
        earned = half_up(numerator * self.slope, denominator * self.target)
        return Points(half_up(100_00 * numerator, denominator), min(self.maximum, earned))


UNREAD = Points(None, None)
_INHERIT = Policy.INHERIT.value


def indicator_rule(group: str, indicator: Indicator, level: Level) -> IndicatorRule:
    """The rule of one scored indicator at a level."""
    maximum = to_hundredths(indicator.maximum)
    target_numerator, target_denominator = (indicator.target / 100).as_integer_ratio()
    policy = indicator.policy.at(level)
    return IndicatorRule(
        code=indicator.code,
        group=group,
        maximum=maximum,
        slope=maximum * target_denominator,
        target=target_numerator,
        numerator=indicator.numerator or "",
        denominator=indicator.denominator or "",
        policy=policy.value,
        awarded={Policy.ZERO: 0, Policy.AWARD_MAX: maximum}.get(policy),
        constant=indicator.zero_rule is ZeroRule.CONST,
        at_zero={ZeroRule.ZERO: Points(0, 0), ZeroRule.FULL: Points(0, maximum)}.get(
            indicator.zero_rule, UNREAD
        ),
    )


class GroupRule(NamedTuple):
    """The scored indicators of one group at one level."""

    code: str
    maximum: int
    indicators: tuple[IndicatorRule, ...]


@lru_cache(maxsize=64)
def group_rules(index: IndexVersion, level: str) -> tuple[GroupRule, ...]:
    """The whole index at one level, compiled once. Raises ValueError for an unknown level."""
    known = next((known for known in LEVELS if known == level), None)
    if known is None:
        raise ValueError(f"unknown level {level}")
    return tuple(
        GroupRule(
            group.code,
            to_hundredths(group.maximum),
            tuple(indicator_rule(group.code, i, known) for i in group.indicators if i.scored),
        )
        for group in index.groups
    )


def sum_of_read(scores: list[int | None], *, readable: bool) -> int | None:
    """Sum in which None counts as 0; None if nothing was readable at all."""
    return sum(score for score in scores if score is not None) if readable else None


def score_unit(
    index: IndexVersion, level: str, own: Mapping[str, int], province: Mapping[str, int] | None
) -> ScoreCard:
    """Score one unit in one period.

    `own` and `province` map counter names to counts; `province` is where inherited indicators are read. A
    counter that is missing could not be read. Raises ValueError for an unknown level.
    """
    indicators: list[IndicatorScore] = []
    groups: list[GroupScore] = []
    total: int | None = 0
    maximum = 0
    for group in group_rules(index, level):
        scores: list[int | None] = []
        readable = False
        for rule in group.indicators:
            figures = (province or {}) if rule.policy == _INHERIT else own
            scored, read = _score(rule, figures.get(rule.numerator), figures.get(rule.denominator))
            readable = readable or read
            indicators.append(scored)
            scores.append(scored.score)
        score = sum_of_read(scores, readable=readable)
        groups.append(
            GroupScore(
                group.code,
                score,
                group.maximum,
                None if score is None else half_up(100_00 * score, group.maximum),
            )
        )
        total = None if total is None or score is None else total + score
        maximum += group.maximum
    grade = None if total is None else grade_of(index.grades, total)
    return ScoreCard(tuple(indicators), tuple(groups), total, maximum, grade)


@lru_cache(maxsize=65536)
def _score(
    rule: IndicatorRule, numerator: int | None, denominator: int | None
) -> tuple[IndicatorScore, bool]:
    """The indicator's score, and whether it could be read; most figures are the same in several periods."""
    ratio, score = rule.points(numerator, denominator)
    read = score is not None or (numerator is not None and denominator is not None)
    if rule.constant:
        numerator = denominator = None
    return (
        IndicatorScore(
            rule.code,
            rule.group,
            numerator,
            denominator,
            ratio,
            score,
            rule.maximum,
            rule.maximum - (score or 0),
            rule.policy,
        ),
        read,
    )
