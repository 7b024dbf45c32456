"""When a whole unit or a source is cause for alarm: standings now and at the end of yesterday, against thresholds.

Pure: from rows as readers see them to causes, each stamped with the moment at which its figures came to be. Points and
ratios are hundredths, moments epoch milliseconds UTC, days local (Asia/Ho_Chi_Minh).
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from schemas.alerts import AlertKind
from streams.core.alert_rules import UnitRules
from streams.core.alert_windows import Window
from streams.core.calendar import WorkingCalendar
from streams.core.facts import NEVER

FALLS: Final[frozenset[AlertKind]] = frozenset({"group_fell", "grade_lost", "rank_fell"})
"""Kinds that compare with yesterday: they are over with the day."""

_PERCENT: Final = 100
_MINUTE_MS: Final = 60_000


class Standing(NamedTuple):
    """One unit in the running period; None is unknown, never 0.

    `grade` counts from the best, 0. `resolved` is of how many dossiers `ratio` is the share on time.
    """

    unit: str
    rank: int | None
    total: int | None
    grade: int | None
    groups: Mapping[str, int]
    resolved: int
    ratio: int | None
    as_of: int


class Cause(NamedTuple):
    """One cause for alarm about a unit, and the figures that are told with it."""

    unit: str
    window: Window
    figures: dict[str, int]


class UnitLook(NamedTuple):
    """What one look at all units and sources found.

    `day` is the first moment of the local day of the look, `units` those that have a standing, `sources` those that
    were judged: what is not among them keeps its alerts as they are.
    """

    day: int
    period: str
    units: frozenset[str]
    sources: frozenset[str]
    causes: tuple[Cause, ...]


def unit_causes(
    now: Mapping[str, Standing], before: Mapping[str, Standing], period: str, day: int, rules: UnitRules
) -> Iterator[Cause]:
    """Give what is wrong with units, `before` being the standings at the end of the day before `day`.

    Units that resolved too few dossiers in the period are left alone: their shares and ranks mean nothing yet.
    """
    for unit, standing in sorted(now.items()):
        if standing.resolved < rules.least_resolved:
            continue
        since = max(day, standing.as_of)
        threshold = rules.on_time_percent * _PERCENT
        if standing.ratio is not None and standing.ratio < threshold:
            figures = {"ratio": standing.ratio, "threshold": threshold}
            yield _cause(unit, "on_time_low", day, since, period, figures)
        if unit in before:
            yield from _falls(standing, before[unit], period, day, rules)


def _falls(standing: Standing, before: Standing, period: str, day: int, rules: UnitRules) -> Iterator[Cause]:
    unit, since = standing.unit, max(day, standing.as_of)
    for group, points in sorted(standing.groups.items()):
        fell = before.groups.get(group, points) - points
        if fell > rules.group_cents:
            figures = {"points": points, "points_before": before.groups[group], "fell": fell}
            yield _cause(unit, "group_fell", day, since, group, figures)
    totals = {
        name: total
        for name, total in (("points", standing.total), ("points_before", before.total))
        if total is not None
    }
    if standing.grade is not None and before.grade is not None and standing.grade > before.grade:
        figures = {"grade": standing.grade, "grade_before": before.grade, **totals}
        yield _cause(unit, "grade_lost", day, since, period, figures)
    if standing.rank is not None and before.rank is not None:
        places = standing.rank - before.rank
        if places >= rules.rank_places:
            figures = {"rank": standing.rank, "rank_before": before.rank, "places": places}
            yield _cause(unit, "rank_fell", day, since, period, figures)


def source_causes(
    last: Mapping[str, int], as_of: int, province: str, calendar: WorkingCalendar, rules: UnitRules
) -> Iterator[Cause]:
    """Give the sources whose last event (by source, when it arrived) lies too much working time back.

    The deadline of such an alert is that last event: a source that speaks and falls silent again is another alert.
    """
    for source, heard in sorted(last.items()):
        since = calendar.add_working_hours(heard, rules.source_hours)
        if since <= as_of:
            silent = calendar.working_time(heard, as_of) // _MINUTE_MS
            yield _cause(province, "source_silent", heard, since, source, {"minutes_silent": silent})


def _cause(unit: str, kind: AlertKind, due: int, since: int, subject: str, figures: dict[str, int]) -> Cause:
    return Cause(unit, Window(kind, since, NEVER, due, since, subject=subject), figures)
