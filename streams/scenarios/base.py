"""What a scenario is: a story told to Kafka, and what ClickHouse must say at its checkpoints.

A scenario yields reference records, then steps. It never writes a figure anywhere; its expectations are read
by the final comparison alone. Times are aware datetimes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from schemas.events import Event
    from schemas.reference import ReferenceRecord

Value = Decimal | int | str | None
"""A figure as read from ClickHouse; None is its null and never equals 0."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send these events, in this order."""

    events: "Sequence[Event]"


@dataclass(frozen=True, slots=True)
class Tick:
    """Tell every partition that it is `at`; the `last` tick ends the replay."""

    at: datetime
    last: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Wait until every unit is as of `at`, then read the ranking and indicators of `period` under `name`.

    With `stored_at`, read what was stored then (the published ranking), not what is current.
    """

    name: str
    at: datetime
    period: str
    stored_at: datetime | None = None


Step = Send | Tick | Checkpoint


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """Names one figure of one unit: what was read at a checkpoint, in words of `TOTAL`, `group_score` etc."""

    checkpoint: str
    period: str
    unit: str
    what: str

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.period} {self.unit} {self.what}"


TOTAL = "total"
RANK = "rank"
GRADE = "grade"
IndicatorField = Literal["numerator", "denominator", "ratio", "score"]


def group_score(group: str) -> str:
    """Name of a group's score, for `Figure.what`."""
    return f"group {group}"


def indicator_field(indicator: str, field: IndicatorField) -> str:
    """Name of a field of an indicator, for `Figure.what`."""
    return f"{indicator} {field}"


class Wanted(Protocol):
    """What a figure must satisfy; `str()` says it in words."""

    def __call__(self, value: Value) -> bool:
        """Whether `value` will do."""
        ...


@dataclass(frozen=True, slots=True)
class Exactly:
    """Equal to `value`; numbers by value, None only to None."""

    value: Value

    def __call__(self, value: Value) -> bool:
        """Whether `value` equals it."""
        return value == self.value if None not in (value, self.value) else value is self.value

    def __str__(self) -> str:
        return "null" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Between:
    """Strictly between `low` and `high`, or from `low` to `high` if `inclusive`."""

    low: Decimal | int
    high: Decimal | int
    inclusive: bool = False

    def __call__(self, value: Value) -> bool:
        """Whether `value` is a number within the bounds."""
        if not isinstance(value, Decimal | int):
            return False
        return self.low <= value <= self.high if self.inclusive else self.low < value < self.high

    def __str__(self) -> str:
        return f"from {self.low} to {self.high}" if self.inclusive else f"between {self.low} and {self.high}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One figure and what it must satisfy."""

    figure: Figure
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that was not met; `found` is "nothing" if the figure was not read at all."""

    figure: Figure
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.figure}: expected {self.wanted}, found {self.found}"


class Scenario(Protocol):
    """A story: `reference` first, then `steps` in order, then `compare` with `expectations`."""

    name: str
    title_vi: str
    formula: str
    """Index version the units are scored by."""
    clock: Literal["ticks"]
    partitions: int
    """Partitions of the event topic that are enough to tell it fast."""
    headline: str
    """Name of the checkpoint whose ranking the story is about."""
    baseline: str | None
    """Name of the checkpoint it is compared with, if there is one."""

    def reference(self) -> "Iterable[ReferenceRecord]":
        """Units, procedures, services, calendar, totals and flags, to be sent before any event."""
        ...

    def steps(self) -> Iterator[Step]:
        """The story; the same each time."""
        ...

    def expectations(self) -> Sequence[Expectation]:
        """What ClickHouse must say. Only the final comparison may read them."""
        ...


def ranking_readings(
    at: tuple[str, str, str],
    total: Decimal | None,
    rank: int | None,
    grade: str | None,
    groups: Mapping[str, Decimal | None],
) -> dict[Figure, Value]:
    """Figures of one row of the ranking; `at` is (checkpoint, period, unit)."""
    whats: dict[str, Value] = {TOTAL: total, RANK: rank, GRADE: grade}
    whats.update({group_score(code): score for code, score in groups.items()})
    return {Figure(*at, what): value for what, value in whats.items()}


def indicator_readings(
    at: tuple[str, str, str], indicator: str, fields: Mapping[IndicatorField, Decimal | int | None]
) -> dict[Figure, Value]:
    """Figures of one row of the indicator detail; `at` is (checkpoint, period, unit)."""
    return {Figure(*at, indicator_field(indicator, field)): value for field, value in fields.items()}


def compare(expectations: Iterable[Expectation], readings: Mapping[Figure, Value]) -> list[Difference]:
    """Every expectation that the readings do not meet, in the order of the expectations."""
    differences = []
    for expectation in expectations:
        figure, wanted = expectation.figure, expectation.wanted
        if figure not in readings:
            differences.append(Difference(figure, str(wanted), "nothing"))
        elif not wanted(readings[figure]):
            differences.append(Difference(figure, str(wanted), str(Exactly(readings[figure]))))
    return differences
