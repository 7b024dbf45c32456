"""Counting again from the event log with the pure core: states, facts, contributions, sums, scores; no deltas. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.events import Event
from schemas.index import IndexVersion
from schemas.partial import Cell as TallyCell
from streams.audit.cells import Cells, Place, card_cells
from streams.core.catalogue_counters import Window
from streams.core.contribution import contribution
from streams.core.dossier import DossierState
from streams.core.facts import NEVER, DossierFacts, PetitionFacts
from streams.core.masks import names
from streams.core.periods import Period
from streams.core.petition_contribution import petition_contribution
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.scoring import ScoreCard, score_unit
from streams.core.settlement import is_over
from streams.core.state import encode_state, facts_of, load, merge_event, subjects
from streams.core.tally import EMPTY_CELL, Tally, named_counters

Facts = DossierFacts | PetitionFacts


class Formula(NamedTuple):
    """What points are given by."""

    version: IndexVersion
    rules: Rules


class States:
    """The states that the events of a log come to, and the partition each lives in; encoded, to keep millions."""

    def __init__(self) -> None:
        self._states: dict[str, bytes] = {}
        self._homes: dict[str, int] = {}
        self._before_petitions: defaultdict[str, set[int]] = defaultdict(set)

    def merge(self, partition: int, offset: int, event: Event) -> bool:
        """Join one event to its subjects; return whether it changed anything (else it was a repetition)."""
        changed = False
        for key in subjects(event):
            before = self._states.get(key)
            state = load(key, before)
            known = state.offset
            if event.type == "petition.lodged" and isinstance(state, DossierState) and before is not None:
                self._before_petitions[key].add(known)
            merge_event(state, event, offset)
            newest, state.offset = state.offset, known
            changed = changed or before is None or encode_state(state) != before
            state.offset = newest
            self._states[key] = encode_state(state)
            self._homes[key] = partition
        return changed

    def facts(self, reference: Reference) -> Iterator[Facts]:
        """Give the facts of every dossier and petition."""
        for key, state in self._states.items():
            yield facts_of(load(key, state), reference)

    def have_ended(self, event: Event, reference: Reference) -> bool:
        """Tell whether every subject of an event had ended before it, as that of one refused as settled must have."""
        found = [self._states.get(key) for key in subjects(event)]
        return all(
            stored is not None and is_over(facts_of(load(key, stored), reference), NEVER)
            for key, stored in zip(subjects(event), found, strict=True)
        )

    def may_be_at(self, key: str, offset: int) -> bool:
        """Tell whether only petitions came after an offset, which a settled dossier does not take."""
        if offset not in self._before_petitions.get(key, ()):
            return False
        facts = facts_of(load(key, self._states[key]), Reference())
        return is_over(facts, NEVER)

    def positions(self) -> Iterator[tuple[str, int, int]]:
        """Give key (`d:` or `p:` and the code), partition and offset of the last event of each state."""
        for key, state in self._states.items():
            yield key, self._homes[key], load(key, state).offset


class Recount:
    """The scores of units and periods at one moment, summed from the contribution of every single dossier."""

    def __init__(self, facts: Iterable[Facts], reference: Reference, formula: Formula, as_of: int) -> None:
        self._facts = list(facts)
        self._reference = reference
        self._formula = formula
        self._as_of = as_of

    def cells(self, periods: Iterable[Period]) -> Cells:
        """Return every cell of every unit that exists at the cut-off of each period."""
        found: Cells = {}
        for period in periods:
            for unit, card in self._cards(period):
                found |= card_cells(Place(unit, period.key), card)
        return found

    def counted(self, unit: str, period: Period) -> dict[str, frozenset[str]]:
        """Return, by dossier or petition code, the counters in which it counts for a unit."""
        cutoff = period.cutoff(self._as_of)
        return {
            facts.code: frozenset(names(mask))
            for facts in self._facts
            if (mask := self._mask(facts, period, cutoff))
            and unit in self._reference.chain(facts.holder(cutoff), cutoff)
        }

    def _mask(self, facts: Facts, period: Period, cutoff: int) -> int:
        rules = self._formula.rules
        if isinstance(facts, DossierFacts):
            return contribution(facts, period.start, period.end, cutoff, self._reference, rules)
        return petition_contribution(facts, period.start, period.end, cutoff, self._reference, rules)

    def _cards(self, period: Period) -> Iterator[tuple[str, ScoreCard]]:
        reference, cutoff = self._reference, period.cutoff(self._as_of)
        window = Window(period.start, period.end, cutoff)
        sums = self._sums(period, cutoff)
        for row in reference.units_at(cutoff):
            counters = named_counters(sums.get(row.code, EMPTY_CELL))
            catalogue = self._catalogue(row.code, window)
            catalogue["sync_expected"] = reference.sync_expected(row.code, window, counters["received"])
            province = self._catalogue(reference.province_of(row.code, cutoff), window)
            yield row.code, score_unit(self._formula.version, row.level, counters | catalogue, province)

    def _catalogue(self, unit: str, window: Window) -> dict[str, int]:
        return dict(self._reference.catalogue_counters(unit, window.start, window.end, window.cutoff, 0))

    def _sums(self, period: Period, cutoff: int) -> Mapping[str, TallyCell]:
        alike: Counter[tuple[str, str, int]] = Counter()
        for facts in self._facts:
            mask = self._mask(facts, period, cutoff)
            if mask:
                alike[facts.holder(cutoff), facts.procedure or "", mask] += 1
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        for (holder, procedure, mask), times in alike.items():
            services = self._reference.services(procedure, holder, cutoff) if procedure else ()
            for unit in self._reference.chain(holder, cutoff):
                tallies[unit].move(mask, times, procedure, services)
        return {unit: tally.freeze() for unit, tally in tallies.items()}
