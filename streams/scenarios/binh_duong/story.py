"""The whole story as events in the order in which they reach us: seeded, lazy, the same each time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from heapq import heappop, heappush
from random import Random

from schemas.events import Event
from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.life import Life, window
from streams.scenarios.binh_duong.national import national_events
from streams.scenarios.binh_duong.native import Told, native_events
from streams.scenarios.binh_duong.petitions import petition_events
from streams.scenarios.binh_duong.plan import plan
from streams.scenarios.binh_duong.shapes import (
    NEEDS_THE_NATIONAL_SYNC,
    NEEDS_THE_PROVINCES_SYSTEM,
    give_shapes,
    live,
)
from streams.scenarios.binh_duong.uncounted import UNCOUNTED, uncounted, uncounted_events
from streams.scenarios.binh_duong.workdays import MINUTE, instant

SEED = 766
NATIVE_SHARE = 0.6
TWICE = 0.01
"""Share of deliveries that come a second time."""


class Story:
    """Every dossier and petition of the nine districts. Deterministic for a seed."""

    def __init__(self, seed: int = SEED) -> None:
        self._seed = seed
        self.lives: list[Life] = []
        self.uncounted: list[Life] = []
        by_cohort: dict[tuple[str, str], list[Life]] = {}
        for target in catalogue.cohorts():
            rng = self._random(target.unit, target.cohort)
            rows = plan(target, rng)
            give_shapes(rows, target.unit, target.cohort, rng)
            where = window(target.cohort)
            lives = [live(row, rng, where) for row in rows]
            by_cohort[target.unit, target.cohort] = lives
            self.lives += lives
            self.uncounted += uncounted(target, rng)
        self._number()
        self._petitions: list[Told] = []
        for petition in catalogue.petition_targets():
            place = (petition.unit, petition.cohort)
            self._petitions += petition_events(petition, by_cohort[place], self._random("petitions", *place))

    def deliveries(self) -> Iterator[Told]:
        """Every event in the order of delivery, with its time (epoch seconds); some come twice."""
        heap: list[tuple[int, int, Event]] = []
        serial = 0
        for reached, event in self._petitions:
            heappush(heap, (reached, serial, event))
            serial += 1
        for life in sorted([*self.lives, *self.uncounted], key=lambda each: (each.submitted, each.code)):
            while heap and heap[0][0] < life.submitted:
                reached, _, event = heappop(heap)
                yield reached, event
            for reached, event in self._events(life):
                heappush(heap, (reached, serial, event))
                serial += 1
        while heap:
            reached, _, event = heappop(heap)
            yield reached, event

    def _events(self, life: Life) -> Iterator[Told]:
        rng = self._random(life.code)
        for reached, event in self._told(life, rng):
            yield reached, event
            if rng.random() < TWICE:
                yield reached + rng.randrange(1, 30) * MINUTE, event

    def _told(self, life: Life, rng: Random) -> Iterator[Told]:
        if life.row.shape == UNCOUNTED:
            return uncounted_events(life, rng)
        is_native = rng.random() < NATIVE_SHARE or life.row.shape in NEEDS_THE_PROVINCES_SYSTEM
        if is_native and life.row.shape not in NEEDS_THE_NATIONAL_SYNC:
            return native_events(life, rng)
        return national_events(life, rng)

    def _number(self) -> None:
        """Dossier codes: unit, day of submission, running number of that unit and day."""
        counts: Counter[str] = Counter()
        for life in sorted([*self.lives, *self.uncounted], key=lambda each: each.submitted):
            day = instant(life.submitted) + timedelta(hours=7)
            stem = f"{life.row.unit}-{day:%y%m%d}"
            counts[stem] += 1
            life.code = f"{stem}-{counts[stem]:04d}"

    def _random(self, *what: str) -> Random:
        return Random(f"{self._seed} {' '.join(what)}")
