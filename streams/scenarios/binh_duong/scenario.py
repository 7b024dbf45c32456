"""The scenario `binh-duong-q1-2024`: nine districts from January 2023 to 10 April 2024."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from schemas.reference import ReferenceRecord
from streams.scenarios.base import Expectation, Step
from streams.scenarios.binh_duong import reference
from streams.scenarios.binh_duong.expectations import expectations
from streams.scenarios.binh_duong.steps import cut
from streams.scenarios.binh_duong.story import SEED, Story


class BinhDuong:
    """Bình Dương, first quarter of 2024: published on 4 April, computed again on 10 April.

    `partitions`: so many of the events topic are enough to tell it fast.
    """

    name = "binh-duong-q1-2024"
    title_vi = "Bình Dương, quý I năm 2024: Thuận An từ hạng 9 lên hạng 1"
    formula = "article-2024"
    clock: Literal["ticks"] = "ticks"
    partitions = 6
    headline = "published"
    baseline = "end-of-2023"

    def __init__(self, seed: int = SEED) -> None:
        self._seed = seed

    def reference(self) -> Iterable[ReferenceRecord]:
        """Units, procedures, services, calendar, totals and flags."""
        return reference.records()

    def steps(self) -> Iterator[Step]:
        """The story from the first event to the last tick."""
        return cut(Story(self._seed).deliveries())

    def expectations(self) -> Sequence[Expectation]:
        """What ClickHouse must say at the checkpoints."""
        return expectations()


def build() -> BinhDuong:
    """The story as the demo tells it."""
    return BinhDuong()
