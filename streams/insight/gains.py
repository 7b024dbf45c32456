"""Where the points of a unit are: each indicator it can move, the dossiers to work on, and whom to learn from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from schemas.index import IndexVersion
from streams.audit.reference_tables import reference_tables
from streams.audit.sql_side import SqlSide, Wanted
from streams.core.gains import Gain, Goals, gains, goals_of
from streams.core.periods import moment, parse_period
from streams.core.rounding import to_hundredths
from streams.core.rules import Rules
from streams.core.scoring import ScoreCard
from streams.core.what_if import Figures, what_if
from streams.errors import UserError
from streams.read.explanation import Explanation, read_explanation
from streams.read.moment import literal
from streams.read.reader import Reader
from streams.read.reference import known_reference
from streams.settings import Settings

_PETITIONS: Final = "petitions"
_OF_DOSSIERS: Final = {"sync_expected": "received"}
"""Denominators that are not a count of dossiers, and the counter that is nearest to them."""
_LISTED: Final = frozenset(
    {"received", "received_online", "fee_dossiers", "handled", "petitions", "petitions_first"}
)


class Peer(NamedTuple):
    """The unit of the level that does best in an indicator among those with at least half as many to count."""

    unit_code: str
    unit_name: str
    numerator: int
    denominator: int
    ratio: Decimal
    score: Decimal


class Work(NamedTuple):
    """A dossier or petition to look at; `reason` is missed (does not count) or at_risk (counts, and is open).

    `procedure_code` is the procedure of a dossier, the dossier of a petition (empty if none).
    """

    code: str
    reason: str
    procedure_code: str
    unit_code: str
    status: int
    received_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None


class Opportunity(NamedTuple):
    """One indicator in which the unit can gain."""

    gain: Gain
    peer: Peer | None
    work: Sequence[Work]


class Opportunities(NamedTuple):
    """All of a unit in a period, the worth of one dossier falling; `as_of`: at that moment, without work listed."""

    explanation: Explanation
    version: IndexVersion
    goals: Goals
    found: Sequence[Opportunity]
    as_of: datetime | None


def published(found: Explanation) -> dict[str, Figures]:
    """Return the published figures of an explanation, by indicator."""
    return {
        one.indicator: Figures(
            one.numerator, one.denominator, None if one.score is None else to_hundredths(one.score)
        )
        for group in found.groups
        for one in group.indicators
    }


def rescored(found: Explanation, changes: Mapping[str, int]) -> ScoreCard:
    """Return what the unit would score with some counters changed; raises UserError that names the counter."""
    try:
        return what_if(_version(found), found.ranking.level, published(found), changes)
    except ValueError as problem:
        raise UserError(str(problem)) from None


def read_opportunities(
    reader: Reader,
    settings: Settings,
    said: str,
    period: str,
    as_of: datetime | None = None,
    *,
    explicit: bool,
    most: int,
) -> Opportunities:
    """Return where a unit, said by code or name, can gain in a period, with at most `most` dossiers each.

    At a moment figures, goals and peers are those published then; dossiers to work on are of now only, since facts are.
    Without reference data in ClickHouse no dossier can be judged, and none is listed.

    Raises UserError that says what there is.
    """
    found = read_explanation(reader, said, period, as_of, formula=settings.formula, explicit=explicit)
    version, level = _version(found), found.ranking.level
    totals = [
        None if place.total is None else to_hundredths(place.total)
        for place in found.ranking.places
        if place.unit_code != found.place.unit_code
    ]
    own = None if found.place.total is None else to_hundredths(found.place.total)
    goals = goals_of(version, own, totals)
    there = gains(version, level, published(found), goals)
    peers = _peers(reader, found, there, as_of)
    work = {} if as_of is not None else _work(reader, settings, found, version, there, most)
    return Opportunities(
        found,
        version,
        goals,
        [Opportunity(one, peers.get(one.indicator), work.get(one.indicator, [])) for one in there],
        as_of,
    )


def _version(found: Explanation) -> IndexVersion:
    if found.version is None:
        raise UserError(f"this program does not know the version {found.ranking.formula} of the index")
    return found.version


def _peers(
    reader: Reader, found: Explanation, there: Sequence[Gain], as_of: datetime | None
) -> dict[str, Peer]:
    if not there:
        return {}
    ranking = found.ranking
    names = {place.unit_code: place.unit_name for place in ranking.places}
    source = "indicator_detail" if as_of is None else "indicator_detail_at(as_of = %(cut)s)"
    rows = reader.rows(
        f"SELECT indicator, unit_code, numerator, denominator, ratio, score FROM {source}"  # noqa: S608 - ours
        " WHERE formula = %(formula)s AND level = %(level)s AND period = %(period)s AND unit_code != %(unit)s"
        " AND policy = 'OWN' AND score IS NOT NULL AND ratio IS NOT NULL"
        " AND denominator * 2 >= transform(indicator, %(codes)s, %(counts)s, 0)"
        " AND indicator IN %(codes)s AND denominator > 0"
        " ORDER BY score DESC, ratio DESC, denominator DESC, unit_code LIMIT 1 BY indicator",
        {
            "formula": ranking.formula,
            "level": ranking.level,
            "period": ranking.period,
            "unit": found.place.unit_code,
            "cut": "" if as_of is None else literal(as_of),
            "codes": [one.indicator for one in there],
            "counts": [one.denominator for one in there],
        },
    )
    best = {
        row.pop("indicator"): Peer(unit_name=names.get(row["unit_code"], row["unit_code"]), **row)
        for row in rows
    }
    return {
        one.indicator: best[one.indicator]
        for one in there
        if one.indicator in best and to_hundredths(best[one.indicator].score) > one.score
    }


def _work(
    reader: Reader,
    settings: Settings,
    found: Explanation,
    version: IndexVersion,
    there: Sequence[Gain],
    most: int,
) -> dict[str, list[Work]]:
    wanted = [one for gain in there for one in _wanted(version, gain)]
    if not wanted or not most:
        return {}
    records = known_reference(reader)
    if not records:
        return {}
    tables = reference_tables(records, version)
    as_of = moment(found.ranking.as_of)
    side = SqlSide(reader, tables, Rules(supplement_rule=settings.supplement_rule), as_of)
    unit, period = found.place.unit_code, parse_period(found.ranking.period)
    rows: list[dict[str, Any]] = []
    for petitions in (False, True):
        chosen = [one for one in wanted if one.denominator.startswith(_PETITIONS) is petitions]
        if chosen:
            rows += side.worklist(unit, period, chosen, most=most, petitions=petitions)
    work: dict[str, list[Work]] = {}
    for row in rows:
        work.setdefault(row.pop("indicator"), []).append(Work(**row))
    return work


def _wanted(version: IndexVersion, gain: Gain) -> list[Wanted]:
    """Return what to look for: of what can only be kept, first what is at risk."""
    indicator = next(one for _, one in version.indicators() if one.code == gain.indicator)
    denominator = indicator.denominator or ""
    denominator = _OF_DOSSIERS.get(denominator, denominator)
    if denominator not in _LISTED:
        return []
    missed = Wanted(gain.indicator, gain.counter, denominator, at_risk=False)
    return [missed._replace(at_risk=True), missed] if gain.how == "keep" else [missed]
