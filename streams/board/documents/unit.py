"""A unit in a period: its points by group and indicator, against the maximum, the best peer and its own past."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from schemas.index import IndexVersion
from streams.board.answers import Answers
from streams.board.board import Board
from streams.board.documents.base import Document, Points, Stamp
from streams.board.documents.ranking import RankedUnit, ranked_unit, stamp_of, whole_ranking
from streams.board.errors import NotThereError, Offer
from streams.board.where import Asked, Where, formula_of
from streams.core.periods import parse_period, previous_period
from streams.read.choice import Choice
from streams.read.detail import Detail, read_detail
from streams.read.ranking import Place, find_ranking
from streams.read.trend import read_trends
from streams.read.units import KnownUnit, known_units, near_units
from streams.read.words import index_of

PAST = 6
"""Earlier periods of the same kind that a unit is compared with."""


class Best(Document):
    """The unit with most points of a group among those of the level."""

    unit_code: str
    unit_name: str
    score: Points


class IndicatorLine(Document):
    """One indicator of the unit."""

    code: str
    number: str | None = Field(description="Its number in the decision, e.g. 2.1.")
    name_vi: str
    name_en: str
    numerator: int | None
    denominator: int | None
    ratio: Points | None = Field(description="Percent.")
    score: Points | None
    maximum: Points
    lost: Points
    policy: str = Field(description="Whose figures count: OWN, INHERIT, ZERO or AWARD_MAX.")


class GroupLine(Document):
    """One group of the unit."""

    code: str
    name_vi: str
    name_en: str
    score: Points | None
    maximum: Points | None
    lost: Points | None
    rank: int | None
    previous: Points | None = Field(description="Points in the period before.")
    best: Best | None
    indicators: tuple[IndicatorLine, ...]


class PastPeriod(Document):
    """The unit in an earlier period of the same kind."""

    period: str
    rank: int | None
    units: int
    total: Points | None
    grade: str | None


class UnitDocument(Document):
    """A unit in a period."""

    stamp: Stamp
    level: str
    period: str
    previous_period: str
    units: int
    unit: RankedUnit
    parent: str | None = Field(description="Name of the unit above.")
    groups: tuple[GroupLine, ...]
    past: tuple[PastPeriod, ...]
    inside: tuple[RankedUnit, ...] = Field(description="Units directly below, best first.")
    inside_level: str | None


async def find_unit_where(
    board: Board, code: str, said: Asked
) -> tuple[Where, KnownUnit, dict[str, KnownUnit]]:
    """Return which ranking a unit's page is about; raises NotThereError with what there is instead."""
    formula = formula_of(board.seen(), board.settings.formula, said.formula)
    units = await units_by_code(board, formula)
    unit = units.get(code)
    if unit is None:
        near = [Offer(one.name, f"/units/{one.code}") for one in near_units(list(units.values()), code)]
        raise NotThereError("unit", code, near or [Offer("level.province", "/?level=province")])
    where = board.where(said._replace(level=unit.level, formula=formula))
    if where.choice.period not in unit.periods:
        named = [key for key in unit.periods if not key.startswith("R")]
        offers = [Offer(f"period:{key}", f"/units/{code}?period={key}") for key in named[:12]]
        raise NotThereError("period", where.choice.period, offers)
    return where, unit, units


async def units_by_code(board: Board, formula: str) -> dict[str, KnownUnit]:
    """Return every unit that has scores by a version of the index."""
    mark = str(len(board.watch.seen.marks))
    found = await board.answers.get(("units", formula), mark, lambda reader: known_units(reader, formula))
    return {unit.code: unit for unit in found.value}


async def unit_document(
    board: Board, where: Where, code: str, units: Mapping[str, KnownUnit]
) -> UnitDocument:
    """Return a unit's document; raises NotThereError if it had no score at the moment."""
    answers, choice = board.answers, where.choice
    whole = await whole_ranking(answers, where)
    place = next((one for one in whole.value.places if one.unit_code == code), None)
    if place is None:
        raise NotThereError("moment", where.said_as_of or "")
    details = await answers.get(
        ("detail", choice, code, where.said_as_of),
        where.mark,
        lambda reader: read_detail(reader, choice, code, where.as_of),
    )
    trends = await answers.get(
        ("trends", choice, where.said_as_of, (code,)),
        where.mark,
        lambda reader: read_trends(reader, choice, (code,), where.as_of),
    )
    past = await _past(board, where, code)
    before = past[0][1] if past else None
    inside_level, inside = await _inside(board, where, code)
    parent = units.get(place.parent_code)
    return UnitDocument(
        stamp=stamp_of(whole, where),
        level=choice.level,
        period=choice.period,
        previous_period=whole.value.previous_period,
        units=len(whole.value.places),
        unit=ranked_unit(place, trends=trends.value),
        parent=None if parent is None else parent.name,
        groups=tuple(_groups(place, whole.value.places, details.value, before, index_of(choice.formula))),
        past=tuple(line for line, _ in past),
        inside=tuple(ranked_unit(one) for one in inside),
        inside_level=inside_level,
    )


def _groups(
    place: Place,
    peers: Sequence[Place],
    details: Sequence[Detail],
    before: Place | None,
    index: IndexVersion | None,
) -> list[GroupLine]:
    known = {} if index is None else {group.code: group for group in index.groups}
    codes = [*known, *sorted({one.group_code for one in details} - set(known))]
    lines = []
    for code in codes:
        score, maximum = place.groups.get(code), place.group_maxima.get(code)
        lines.append(
            GroupLine(
                code=code,
                name_vi=known[code].name_vi if code in known else code,
                name_en=known[code].name_en if code in known else code,
                score=score,
                maximum=maximum,
                lost=None if score is None or maximum is None else maximum - score,
                rank=place.group_ranks.get(code),
                previous=None if before is None else before.groups.get(code),
                best=_best(code, peers),
                indicators=tuple(_indicators(code, details, index)),
            )
        )
    return lines


def _indicators(group: str, details: Sequence[Detail], index: IndexVersion | None) -> list[IndicatorLine]:
    known = {} if index is None else {one.code: one for _, one in index.indicators()}
    order = {code: place for place, code in enumerate(known)}
    mine = [one for one in details if one.group_code == group]
    lines = []
    for one in sorted(mine, key=lambda one: (order.get(one.indicator, len(order)), one.indicator)):
        named = known.get(one.indicator)
        lines.append(
            IndicatorLine(
                code=one.indicator,
                number=None if named is None else named.doc_id,
                name_vi=one.indicator if named is None else named.name_vi,
                name_en=one.indicator if named is None else named.name_en,
                numerator=one.numerator,
                denominator=one.denominator,
                ratio=one.ratio,
                score=one.score,
                maximum=one.maximum,
                lost=one.lost,
                policy=one.policy,
            )
        )
    return lines


def _best(group: str, peers: Sequence[Place]) -> Best | None:
    having = [one for one in peers if group in one.groups]
    if not having:
        return None
    best = max(having, key=lambda one: (one.groups[group], -(one.rank or 0)))
    return Best(unit_code=best.unit_code, unit_name=best.unit_name, score=best.groups[group])


async def _past(board: Board, where: Where, code: str) -> list[tuple[PastPeriod, Place]]:
    there = {one.period for one in board.watch.seen.found}
    found = []
    period = parse_period(where.choice.period)
    for _ in range(PAST):
        period = previous_period(period)
        if period.key not in there:
            break
        choice = where.choice._replace(period=period.key)
        ranking = await _ranking_of(board.answers, board, choice, where)
        place = next((one for one in ranking if one.unit_code == code), None)
        if place is not None:
            line = PastPeriod(
                period=period.key,
                rank=place.rank,
                units=len(ranking),
                total=place.total,
                grade=place.grade or None,
            )
            found.append((line, place))
    return found


async def _inside(board: Board, where: Where, code: str) -> tuple[str | None, list[Place]]:
    for level in ("district", "department", "commune"):
        if level == where.choice.level:
            continue
        places = await _ranking_of(board.answers, board, where.choice._replace(level=level), where)
        inside = [one for one in places if one.parent_code == code]
        if inside:
            return level, inside
    return None, []


async def _ranking_of(answers: Answers, board: Board, choice: Choice, where: Where) -> Sequence[Place]:
    found = await answers.get(
        ("ranking", choice, where.said_as_of),
        board.watch.seen.mark(choice),
        lambda reader: find_ranking(reader, choice, where.as_of),
    )
    return () if found.value is None else found.value.places


def bars(line: GroupLine) -> Mapping[str, float | None]:
    """Return the shares (0 to 1) of the maximum that a group's bar draws: own, best and previous points."""
    if not line.maximum:
        return {}
    values = {
        "own": line.score,
        "best": None if line.best is None else line.best.score,
        "previous": line.previous,
    }
    return {name: None if value is None else float(value / line.maximum) for name, value in values.items()}
