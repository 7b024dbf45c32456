"""Communes and their points, day by day, from a seed; written by the sink that the workers write with."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bench.board.plan import Plan
from streams.core.periods import (
    Period,
    calendar_periods,
    date_of,
    local_day,
    moment,
    previous_period,
)
from streams.sinks.clickhouse import ClickHouseSink
from streams.sinks.rows import ScoreRow

FORMULA: Final = "portal-2026"
LEVEL: Final = "commune"
MAXIMA: Final = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDSH": 22, "MDHL": 18}
KINDS: Final = ("Xã", "Phường", "Xã", "Đặc khu")
WORDS: Final = (
    "Tân",
    "Phú",
    "Hòa",
    "Bình",
    "Đông",
    "Mỹ",
    "Thạnh",
    "An",
    "Vĩnh",
    "Ngọc",
    "Lộc",
    "Châu",
    "Ân",
    "Sơn",
)
PROVINCES: Final = 34
SEED: Final = 766


class Country:
    """Communes with points in hundredths by group; the same seed, the same country."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = random.Random(SEED)
        self._version = 0
        self._names = [self._name() for _ in range(plan.communes)]
        self._points = [
            [self._random.randint(maximum * 55, maximum * 100) for maximum in MAXIMA.values()]
            for _ in range(plan.communes)
        ]

    def fill(self, sink: ClickHouseSink, until: datetime) -> int:
        """Write a score of each commune at the end of each day before `until`; return how many."""
        written = 0
        for number in range(self._plan.days, 0, -1):
            self._drift(range(self._plan.communes))
            rows = list(self._rows(range(self._plan.communes), until - timedelta(days=number)))
            sink.write_scores(rows)
            written += len(rows)
        return written

    def move(self, at: datetime) -> list[ScoreRow]:
        """Return the rows of a change: some communes with other points."""
        moved = self._random.sample(range(self._plan.communes), min(self._plan.moved, self._plan.communes))
        self._drift(moved)
        return list(self._rows(moved, at))

    def _name(self) -> str:
        first, second = self._random.sample(WORDS, 2)
        return f"{self._random.choice(KINDS)} {first} {second}"

    def _drift(self, communes: "range | list[int]") -> None:
        for number in communes:
            points = self._points[number]
            group = self._random.randrange(len(points))
            most = 100 * list(MAXIMA.values())[group]
            points[group] = min(most, max(0, points[group] + self._random.randint(-60, 60)))

    def _rows(self, communes: "range | list[int]", at: datetime) -> Iterator[ScoreRow]:
        self._version += 1
        period = period_at(at)
        maxima = {code: Decimal(most) for code, most in MAXIMA.items()}
        for number in communes:
            points = self._points[number]
            yield ScoreRow(
                formula=FORMULA,
                period=period.key,
                unit_code=f"C{number:04}",
                period_kind=period.kind,
                period_start=date_of(local_day(period.start)),
                period_end=date_of(local_day(period.end - 1)),
                previous_period=previous_period(period).key,
                level=LEVEL,
                unit_name=self._names[number],
                parent_code=f"H{number % PROVINCES:02}",
                total=_points(sum(points)),
                maximum=Decimal(100),
                grade="good" if sum(points) >= 8000 else "fair",
                groups={code: _points(each) for code, each in zip(MAXIMA, points, strict=True)},
                group_maxima=maxima,
                final=0,
                as_of=moment(at),
                version=self._version,
            )


def _points(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def period_at(at: datetime) -> Period:
    """Return the quarter of a moment."""
    return calendar_periods(moment(at))[1]
