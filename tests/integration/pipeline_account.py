"""Counting again, offline: the states, rows and scores that a log of events comes to, from their definitions.

Nothing of the shell takes part: no agent, no partition, no partial tally, no delta. Events are read by the pydantic
models, every dossier is asked for its contribution to every period, and units are scored from the sums.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.events import parse_event
from schemas.index import load_index
from schemas.partial import Cell
from schemas.reference import ReferenceRecord
from schemas.topics import load_topic
from streams.core.catalogue_counters import Window
from streams.core.evaluation import Facts, mask_in
from streams.core.facts import DossierFacts
from streams.core.periods import Period, moment, open_periods, rolling_periods
from streams.core.reference import Reference
from streams.core.rules import Rules
from streams.core.scoring import ScoreCard, score_unit
from streams.core.state import State, facts_of, load, merge_event, subjects
from streams.core.tally import EMPTY_CELL, cell_of, named_counters
from streams.settings import Settings
from streams.sinks.fact_rows import dossier_row, petition_row
from streams.sinks.rows import DossierRow, PetitionRow
from tests.integration.pipeline import Pipeline

EPOCH = load_topic("dossier-events").epoch


class Account:
    """What a log comes to under reference data; `log` gives (partition, offset, value) of the events that count."""

    def __init__(
        self,
        log: Iterable[tuple[int, int, bytes]],
        reference: Iterable[ReferenceRecord],
        settings: Settings,
    ) -> None:
        self.reference = Reference(reference)
        self._settings = settings
        self._index = load_index(settings.formula)
        self._rules = Rules(supplement_rule=settings.supplement_rule)
        self.states: dict[str, tuple[int, State]] = {}
        for partition, offset, value in log:
            self._merge(partition, offset, value)
        self.facts = [facts_of(state, self.reference) for _, state in self.states.values()]

    def _merge(self, partition: int, offset: int, value: bytes) -> None:
        event = parse_event(value)
        for key in subjects(event):
            home, state = self.states.setdefault(key, (partition, load(key, None)))
            assert home == partition, f"{key} lives in partition {home} and was met in {partition}"
            merge_event(state, event, offset)

    # ------------------------------------------------------------------- rows

    def dossier_rows(self) -> dict[str, DossierRow]:
        """The row of every dossier, by code."""
        return {
            facts.code: dossier_row(facts, EPOCH, partition)
            for (partition, _), facts in zip(self.states.values(), self.facts, strict=True)
            if isinstance(facts, DossierFacts)
        }

    def petition_rows(self) -> dict[str, PetitionRow]:
        """The row of every petition, by code."""
        return {
            facts.code: petition_row(facts, EPOCH, partition)
            for (partition, _), facts in zip(self.states.values(), self.facts, strict=True)
            if not isinstance(facts, DossierFacts)
        }

    # ----------------------------------------------------------------- scores

    def cards(self, as_of: int) -> dict[tuple[str, str], ScoreCard]:
        """The score of every unit in every open period and rolling window, by (unit, period)."""
        periods = (*open_periods(as_of, self._settings.grace_days), *rolling_periods(as_of))
        return {
            (row.code, period.key): card
            for period in periods
            for row, card in self._scored(period, period.cutoff(as_of))
        }

    def _scored(self, period: Period, cutoff: int) -> Iterable[tuple[Any, ScoreCard]]:
        cells = self._cells(period, cutoff)
        for row in self.reference.units_at(cutoff):
            counters = named_counters(cells.get(row.code, EMPTY_CELL))
            catalogue = self._catalogue(row.code, period, cutoff)
            window = Window(period.start, period.end, cutoff)
            catalogue["sync_expected"] = self.reference.sync_expected(row.code, window, counters["received"])
            province = self._catalogue(self.reference.province_of(row.code, cutoff), period, cutoff)
            yield row, score_unit(self._index, row.level, counters | catalogue, province)

    def _catalogue(self, unit: str, period: Period, cutoff: int) -> dict[str, int]:
        return self.reference.catalogue_counters(unit, period.start, period.end, cutoff, 0)

    def _cells(self, period: Period, cutoff: int) -> Mapping[str, Cell]:
        found: dict[str, list[tuple[int, str, tuple[str, ...]]]] = defaultdict(list)
        for facts in self.facts:
            mask = mask_in(facts, period.start, period.end, cutoff, self.reference, self._rules)
            if mask:
                holder = facts.holder(cutoff)
                services = self._services(facts, holder, cutoff)
                for unit in self.reference.chain(holder, cutoff):
                    found[unit].append((mask, facts.procedure or "", services))
        return {unit: cell_of(contributions) for unit, contributions in found.items()}

    def _services(self, facts: Facts, holder: str, cutoff: int) -> tuple[str, ...]:
        return self.reference.services(facts.procedure, holder, cutoff) if facts.procedure else ()


def plain(value: Any) -> Any:
    """A value read from ClickHouse as our rows have it: times in epoch milliseconds, arrays as tuples."""
    if isinstance(value, datetime):
        return moment(value)
    return tuple(plain(one) for one in value) if isinstance(value, list | tuple) else value


def compare_facts(pipeline: Pipeline, account: Account) -> None:
    """Every row of a dossier or petition is what its events come to, field by field, and none is missing."""
    for table, code, expected, columns in (
        ("dossiers", "dossier_code", account.dossier_rows(), DossierRow._fields),
        ("petitions", "petition_code", account.petition_rows(), PetitionRow._fields),
    ):
        found = {row[code]: row for row in pipeline.rows(table, columns)}
        assert found.keys() == expected.keys()
        for name, row in expected.items():
            assert {column: plain(value) for column, value in found[name].items()} == row._asdict(), name


def compare_scores(pipeline: Pipeline, account: Account, as_of: int) -> None:
    """Every score and indicator of the periods open at a moment equals the recount, and no unit is missing."""
    cards = account.cards(as_of)
    periods = {period for _, period in cards}
    scores = {
        (row["unit_code"], row["period"]): row
        for row in pipeline.rows("score_snapshots")
        if row["period"] in periods
    }
    indicators = {
        (row["unit_code"], row["period"], row["indicator"]): row
        for row in pipeline.query("SELECT * FROM indicator_detail")
        if row["period"] in periods
    }
    assert scores.keys() == cards.keys()
    assert len(indicators) == sum(len(card.indicators) for card in cards.values())
    assert any(card.total for card in cards.values())
    for place, card in cards.items():
        row = scores[place]
        assert (row["total"], row["grade"]) == (_points(card.total), card.grade or ""), place
        groups = {group.code: _points(group.score) for group in card.groups if group.score is not None}
        assert row["groups"] == groups, place
        for one in card.indicators:
            seen = indicators[(*place, one.code)]
            assert (seen["numerator"], seen["denominator"]) == (one.numerator, one.denominator), (place, one)
            assert (seen["ratio"], seen["score"]) == (_points(one.ratio), _points(one.score)), (place, one)


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100
