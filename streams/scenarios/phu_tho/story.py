"""The story of phu-tho-2026-08: what July left over, and the month of August until it has ended."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from random import Random
from typing import Literal

from schemas.events import Event
from schemas.reference import ReferenceRecord
from streams.core.periods import LOCAL
from streams.scenarios.base import Checkpoint, Expectation, Send, Step, Tick
from streams.scenarios.phu_tho.events import Dossier, events_of
from streams.scenarios.phu_tho.expected import CHECKPOINT, expectations
from streams.scenarios.phu_tho.life import life_of
from streams.scenarios.phu_tho.petitions import petitions
from streams.scenarios.phu_tho.plan import plan
from streams.scenarios.phu_tho.published import FORMULA, PERIOD
from streams.scenarios.phu_tho.reference import records
from streams.scenarios.phu_tho.target import Target, targets

ENDS = datetime(2026, 9, 1, tzinfo=LOCAL)
"""The first moment after the month: the portal's figures are of a month that had ended."""
ONE_DAY = timedelta(days=1)


class PhuTho:
    """Departments and communes of Phú Thọ with exactly the populations published for August 2026."""

    name = "phu-tho-2026-08"
    title_vi = "Phú Thọ, tháng 8 năm 2026: dựng lại số liệu đã công bố trên Cổng Dịch vụ công quốc gia"
    formula = FORMULA
    clock: Literal["ticks"] = "ticks"
    partitions = 6
    headline = CHECKPOINT
    baseline = None

    def reference(self) -> Iterable[ReferenceRecord]:
        """Units, catalogue, calendar, totals and flags."""
        return records()

    def steps(self) -> Iterator[Step]:
        """Day after day what reached us, then midnight; read when the month has ended."""
        for day, events in groupby(all_events(), key=_midnight_after):
            yield Send(tuple(events))
            if day < ENDS:
                yield Tick(day)
        yield Tick(ENDS, last=True)
        yield Checkpoint(CHECKPOINT, ENDS, PERIOD)

    def expectations(self) -> Sequence[Expectation]:
        """Every published figure that is played."""
        return expectations()


def build() -> PhuTho:
    """The scenario."""
    return PhuTho()


@cache
def all_events() -> tuple[Event, ...]:
    """Every event, in the order in which they reached us."""
    events = [event for target in targets() for event in unit_events(target)]
    return tuple(sorted(events, key=lambda event: (event.recorded_at, event.event_id)))


def unit_events(target: Target) -> Iterator[Event]:
    """Every event of one unit."""
    for dossier in dossiers(target):
        yield from events_of(dossier)
    yield from petitions(target)


def dossiers(target: Target) -> Iterator[Dossier]:
    """The dossiers of one unit, with codes as the province's portal gives them."""
    rng = Random(f"phu-tho times {target.unit}")
    for place, row in enumerate(plan(target)):
        life = life_of(row, rng)
        code = f"{target.unit}-{life.submitted_at:%y%m%d}-{place:04}"
        yield Dossier(code, target.unit, place, row, life)


def _midnight_after(event: Event) -> datetime:
    local = event.recorded_at.astimezone(LOCAL)
    return datetime(local.year, local.month, local.day, tzinfo=LOCAL) + ONE_DAY
