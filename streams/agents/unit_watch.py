"""Watches units and sources: compares in ClickHouse, on the wall clock, and hands what it finds to the book of alerts.

Only the worker that has partition 0 looks: its book stores what is told beside the states, as it does for dossiers.
A server that is away is asked again with the next look.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from streams.agents.context import Context
from streams.core.alert_book import AlertBook
from streams.core.alert_rules import UnitRules
from streams.core.alert_units import Cause, Standing, UnitLook, source_causes, unit_causes
from streams.core.periods import DAY_MS, calendar_periods, day_start, local_day
from streams.errors import UserError
from streams.intake.topic_reading import end_offsets
from streams.log import get_logger
from streams.read.heard import has_archived, last_heard
from streams.read.moment import literal
from streams.read.reader import Reader
from streams.read.standings import read_standings
from streams.settings import Settings

log = get_logger(__name__)

PARTITION: Final = 0
"""The partition whose owner looks."""
MEMORY_MS: Final = 14 * DAY_MS
"""How far back a first look searches for sources."""
SKEW_MS: Final = 300_000
"""How far the clock of the brokers may be behind ours."""
HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000


def unit_rules(settings: Settings) -> UnitRules:
    """Return the thresholds as the settings have them."""
    return UnitRules(
        on_time_percent=settings.alert_on_time_percent,
        group_cents=round(settings.alert_group_points * 100),
        rank_places=settings.alert_rank_places,
        least_resolved=settings.alert_least_resolved,
        source_hours=settings.alert_source_hours,
    )


class UnitWatch:
    """One per worker; asks in one thread of its own."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rules = unit_rules(context.settings)
        self._grades = [grade.code for grade in context.index.grades]
        self._reader = Reader(context.settings)
        self._yesterday: tuple[tuple[str, int], dict[str, Standing]] = (("", 0), {})
        self._ends: tuple[int, dict[int, int]] | None = None
        self._heard: dict[str, int] = {}
        self._heard_upto: int | None = None

    async def work(self, books: Callable[[], Mapping[int, AlertBook]]) -> None:
        """Look again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        thread = ThreadPoolExecutor(1, thread_name_prefix="unit-watch")
        try:
            while True:
                await asyncio.sleep(self._context.settings.alert_units_seconds)
                if PARTITION not in books():
                    continue
                try:
                    look = await loop.run_in_executor(thread, self._look, self._context.clock())
                except UserError as away:
                    log.warning("units are not looked at, the next look tries again", reason=str(away))
                    continue
                book = books().get(PARTITION)
                if book is not None:
                    book.put_look(look)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    def _look(self, now: int) -> UnitLook:
        """Compare; raises UserError while a server is away."""
        settings, day = self._context.settings, day_start(local_day(now))
        period = next(one.key for one in calendar_periods(now) if one.kind == settings.alert_period)
        standings = read_standings(self._reader, settings.formula, period, self._grades)
        before = self._before(period, now, day)
        causes = [*unit_causes(standings, before, period, day, self._rules)]
        sources = self._sources(now)
        units = frozenset(
            unit for unit, one in standings.items() if one.resolved >= self._rules.least_resolved
        )
        return UnitLook(
            day,
            period,
            units,
            frozenset(self._heard) if sources is not None else frozenset(),
            (*causes, *(sources or ())),
        )

    def _before(self, period: str, now: int, day: int) -> dict[str, Standing]:
        """Return how units stood when the day began; the last scores of yesterday come in after that."""
        step = MINUTE_MS if now - day < HOUR_MS else HOUR_MS
        stamp = (period, now // step * step)
        if self._yesterday[0] != stamp:
            cut = literal(datetime.fromtimestamp((day - 1) / 1000, UTC))
            formula = self._context.settings.formula
            self._yesterday = stamp, read_standings(self._reader, formula, period, self._grades, cut)
        return self._yesterday[1]

    def _sources(self, now: int) -> list[Cause] | None:
        """Return the silent sources, None if nobody can tell: all that came before the last look must be archived."""
        context = self._context
        reference = context.reference
        provinces = [unit.code for unit in reference.units_at(now) if unit.level == "province"]
        if context.archive is None or not provinces:
            return None
        last, topic = self._ends, context.topics.events
        self._ends = now, end_offsets(topic, context.settings.kafka, say=log.warning)
        if last is None:
            return None
        judged, ends = last
        is_whole = has_archived(self._reader, context.epoch, topic, ends)
        after = (judged - MEMORY_MS if self._heard_upto is None else self._heard_upto) - SKEW_MS
        for source, moment in last_heard(self._reader, context.epoch, topic, after).items():
            self._heard[source] = max(moment, self._heard.get(source, 0))
        if not is_whole:
            return None
        self._heard_upto = judged
        return list(source_causes(self._heard, judged, provinces[0], reference.calendar, self._rules))
