"""What one dossier does to the indicators of the units that answer for it, period by period.

Its events are taken from the archive and joined by the core, which judges it as a worker does; what its place in an
indicator is worth to a unit is said by that unit's published figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from schemas.index import IndexVersion, Policy
from streams.core.effects import Effect, effects, keeps_until, worth
from streams.core.evaluation import mask_in
from streams.core.facts import DossierFacts
from streams.core.periods import DAY_MS, Period, calendar_periods
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.scoring import IndicatorRule
from streams.core.state import facts_of, load, merge_event
from streams.core.what_if import rules_of
from streams.insight.archive import told_of_dossier
from streams.read.dossiers import Dossier
from streams.read.reader import Reader
from streams.read.reference import compiled_reference
from streams.settings import Settings

MOST_PERIODS: Final = 18
"""Periods told of a dossier, the newest: more than a year in process is long."""
_HALF_A_MONTH: Final = 15 * DAY_MS


class Answerable(NamedTuple):
    """A unit in whose tally the dossier stands: the one that holds it, and those above."""

    code: str
    name: str
    level: str


class Told(NamedTuple):
    """An effect with what it is worth to each unit, in ten-thousandths of a point.

    None: the unit's points of this indicator are not made of its own figures, or nothing is published.
    """

    effect: Effect
    worth: Mapping[str, int | None]


class PeriodEffects(NamedTuple):
    """What a dossier does in one period; `until`: the last moment at which an open one is on time, None if no such."""

    period: str
    units: Sequence[Answerable]
    until: datetime | None
    effects: Sequence[Told]


_Published = Mapping[tuple[str, str, str], tuple[int, int]]
"""Numerator and denominator by period, unit and indicator."""


def read_effects(
    reader: Reader, settings: Settings, dossier: Dossier, version: IndexVersion, as_of: int
) -> list[PeriodEffects] | None:
    """Return the effects of a dossier at a moment (epoch ms UTC) in each calendar period it counts in, newest first.

    None if the archive has none of its events (it is off, or behind), so that nothing can be said.
    """
    reference = compiled_reference(reader)
    key, told = told_of_dossier(dossier, reference)
    if not told:
        return None
    state = load(key, None)
    for one in told:
        merge_event(state, one.event, one.offset)
    facts = facts_of(state, reference)
    if not isinstance(facts, DossierFacts):
        raise TypeError(f"{key} is no dossier")
    rules = Rules(supplement_rule=settings.supplement_rule)
    found = [
        (period, there)
        for period in _periods(facts, as_of)
        if (there := list(effects(version, _mask(facts, period, as_of, reference, rules))))
    ]
    chains = {period.key: _answerable(facts, period, as_of, reference) for period, _ in found}
    published = _published(reader, version, chains)
    return [
        PeriodEffects(
            period.key,
            chains[period.key],
            _moment(keeps_until(facts, period, as_of, reference, rules)),
            _told(version, period.key, chains[period.key], there, published),
        )
        for period, there in found
    ]


def _mask(facts: DossierFacts, period: Period, as_of: int, reference: Reference, rules: Rules) -> int:
    return mask_in(facts, period.start, period.end, period.cutoff(as_of), reference, rules)


def _periods(facts: DossierFacts, as_of: int) -> list[Period]:
    """Return the calendar periods between a dossier's beginning and its end, at most to a moment, newest first."""
    if facts.began_at is None or facts.began_at > as_of:
        return []
    last = as_of if facts.ended_at is None else min(as_of, facts.ended_at)
    first = max(facts.began_at, last - MOST_PERIODS * 2 * _HALF_A_MONTH)
    moments = [*range(first, last, _HALF_A_MONTH), max(first, last)]
    found = {period for at in moments for period in calendar_periods(at)}
    return sorted(found, key=lambda period: (-period.end, -period.start))[:MOST_PERIODS]


def _answerable(facts: DossierFacts, period: Period, as_of: int, reference: Reference) -> list[Answerable]:
    cutoff = period.cutoff(as_of)
    found = []
    for code in reference.chain(facts.holder(cutoff), cutoff):
        unit = reference.units.last_known(code, cutoff)
        if unit is not None:
            found.append(Answerable(code, unit.name, unit.level))
    return found


def _published(
    reader: Reader, version: IndexVersion, chains: Mapping[str, Iterable[Answerable]]
) -> _Published:
    units = {unit.code for chain in chains.values() for unit in chain}
    if not units:
        return {}
    rows = reader.rows(
        "SELECT period, unit_code, indicator, numerator, denominator FROM indicator_detail"
        " WHERE formula = %(formula)s AND period IN %(periods)s AND unit_code IN %(units)s"
        " AND numerator IS NOT NULL AND denominator IS NOT NULL",
        {"formula": version.version, "periods": tuple(chains), "units": tuple(units)},
    )
    return {
        (row["period"], row["unit_code"], row["indicator"]): (row["numerator"], row["denominator"])
        for row in rows
    }


def _told(
    version: IndexVersion,
    period: str,
    chain: Sequence[Answerable],
    there: Sequence[Effect],
    published: _Published,
) -> list[Told]:
    rules = {(unit.code, rule.code): rule for unit in chain for rule in rules_of(version, unit.level)}
    told = []
    for effect in there:
        owners = [unit for unit in chain if rules[unit.code, effect.indicator].policy == Policy.OWN.value]
        worths = {
            unit.code: _worth(
                rules[unit.code, effect.indicator],
                published.get((period, unit.code, effect.indicator)),
                effect,
            )
            for unit in owners
        }
        if owners:
            told.append(Told(effect, {unit.code: worths.get(unit.code) for unit in chain}))
    return told


def _worth(rule: IndicatorRule, figures: tuple[int, int] | None, effect: Effect) -> int | None:
    if figures is None or effect.presence:
        return None
    return worth(rule, *figures, counts=effect.counts)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)
