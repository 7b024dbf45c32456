"""binh-duong-q1-2024 through the partitions that a worker runs: live tallies equal those recomputed from the states."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest

from schemas.events import partition_key
from schemas.index import load_index
from streams.core.dossier_partition import DossierPartition
from streams.core.evaluation import mask_in
from streams.core.periods import moment, open_periods
from streams.core.ranking import rank
from streams.core.reference import Reference
from streams.core.rounding import from_hundredths
from streams.core.rules import Rules
from streams.core.state import facts_of, load
from streams.core.tally import Tally, named_counters
from streams.core.unit_partition import UnitPartition, UnitSnapshot
from streams.scenarios import scenario
from streams.scenarios.base import Checkpoint, Send, Tick, compare, indicator_readings, ranking_readings
from streams.scenarios.binh_duong.steps import RECOMPUTED, end_of

STORY = scenario("binh-duong-q1-2024")
SOURCES = STORY.partitions
GRACE_DAYS = 45
END = moment(end_of(RECOMPUTED))


@dataclass
class Live:
    """The worker's two levels in memory: source partitions with their stores, one partition of units."""

    reference: Reference
    stores: list[dict[str, bytes]] = field(default_factory=lambda: [{} for _ in range(SOURCES)])
    batches: list[list[Any]] = field(default_factory=lambda: [[] for _ in range(SOURCES)])
    shown: dict[tuple[str, str], UnitSnapshot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = load_index(STORY.formula)
        self.sources = [
            DossierPartition(
                number,
                stored=store.get,
                reference=self.reference,
                rules=Rules(),
                grace_days=GRACE_DAYS,
                as_of=0,
                incarnation=0,
            )
            for number, store in enumerate(self.stores)
        ]
        self.units = UnitPartition(
            0,
            sources=SOURCES,
            mine=lambda _: True,
            index=index,
            reference=self.reference,
            grace_days=GRACE_DAYS,
        )
        self.offset = 0

    def send(self, events: Any) -> None:
        for event in events:
            self.batches[crc32(partition_key(event)) % SOURCES].append((self.offset, event))
            self.offset += 1

    def tick(self, at: int) -> None:
        for source, store, batch in zip(self.sources, self.stores, self.batches, strict=True):
            store.update(source.merge(batch))
            batch.clear()
            source.advance(at)
            for record in (*source.flush(), source.clock()):
                self.units.feed(record)
        for snapshot in self.units.take():
            self.shown[snapshot.unit, snapshot.period.key] = snapshot


def readings_of(checkpoint: str, period: str, shown: dict[str, UnitSnapshot]) -> dict[Any, Any]:
    totals: dict[str, dict[str, int | None]] = defaultdict(dict)
    for unit, snapshot in shown.items():
        totals[snapshot.level][unit] = snapshot.card.total
    ranks = {unit: place for level in totals.values() for unit, place in rank(level).items()}
    found: dict[Any, Any] = {}
    for unit, snapshot in shown.items():
        at, card = (checkpoint, period, unit), snapshot.card
        groups = {group.code: decimal(group.score) for group in card.groups}
        found |= ranking_readings(at, decimal(card.total), ranks.get(unit), card.grade, groups)
        for each in card.indicators:
            fields = {"numerator": each.numerator, "denominator": each.denominator}
            fields |= {"ratio": decimal(each.ratio), "score": decimal(each.score)}
            found |= indicator_readings(at, each.code, fields)
    return found


def decimal(value: int | None) -> Decimal | None:
    return None if value is None else from_hundredths(value)


@pytest.fixture(scope="module")
def played() -> tuple[Live, dict[Any, Any]]:
    live = Live(Reference(STORY.reference()))
    stored: dict[Any, dict[str, UnitSnapshot]] = {}
    readings: dict[Any, Any] = {}
    for step in STORY.steps():
        if isinstance(step, Send):
            live.send(step.events)
        elif isinstance(step, Tick):
            live.tick(moment(step.at))
        elif isinstance(step, Checkpoint):
            if step.stored_at is None:
                stored[step.at] = {u: s for (u, period), s in live.shown.items() if period == step.period}
            readings |= readings_of(step.name, step.period, stored[step.stored_at or step.at])
    return live, readings


def test_what_is_shown_at_the_checkpoints_is_what_must_be(played):
    assert [str(difference) for difference in compare(STORY.expectations(), played[1])] == []


def test_live_tallies_equal_those_counted_again_from_the_stored_states(played):
    live, _ = played
    reference = live.reference
    facts = [facts_of(load(key, stored), reference) for store in live.stores for key, stored in store.items()]
    for period in open_periods(END, GRACE_DAYS):
        cutoff = period.cutoff(END)
        tallies: dict[str, Tally] = defaultdict(Tally)
        for each in facts:
            mask = mask_in(each, period.start, period.end, cutoff, reference, Rules())
            unit, procedure = each.holder(cutoff), getattr(each, "procedure", None) or ""
            services = reference.services(procedure, unit, cutoff) if procedure else ()
            for above in reference.chain(unit, cutoff) if mask else ():
                tallies[above].move(mask, 1, procedure, services)
        for unit in reference.units_at(cutoff):
            counted = named_counters(tallies[unit.code].freeze())
            shown = live.shown[unit.code, period.key].counters
            assert {name: shown[name] for name in counted} == counted, (unit.code, period.key)
