"""At which moment, and up to which events, live rows are to be held against the log. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.audit.ledger import TickSeen
from streams.core.periods import DAY_MS, Period, is_closed, open_periods, parse_period, rolling_periods
from streams.errors import UserError

Ticks = Mapping[int, Sequence[TickSeen]]
Positions = Mapping[int, int]


class Cut(NamedTuple):
    """The clock (ms) of the figures, and by partition the offset before which events count."""

    as_of: int
    positions: Positions


def told_clock(ticks: Ticks, partitions: Iterable[int]) -> int:
    """Return the moment that every partition has been told; raises UserError before the first tick."""
    told = [max((tick.at for tick in ticks.get(number, ())), default=None) for number in partitions]
    known = [at for at in told if at is not None]
    if len(known) < len(told) or not known:
        raise UserError(
            "the replay has not told the time to every partition yet: nothing is scored to be audited"
        )
    return min(known)


def tick_cut(ticks: Ticks, ends: Positions, at: int) -> Cut:
    """Return what a replay had said at a moment: events before the last tick up to then, all once the replay ended."""
    positions: dict[int, int] = {}
    moments: list[int] = []
    for number, end in ends.items():
        said = ticks.get(number, ())
        heard = [tick for tick in said if tick.at <= at]
        if not heard:
            raise UserError("the replay had told no time at that moment: nothing was scored")
        moments.append(max(tick.at for tick in heard))
        has_ended = heard[-1].last and heard[-1] == said[-1]
        positions[number] = end if has_ended else heard[-1].offset
    return Cut(min(moments), positions)


def closing_cut(ticks: Ticks, ends: Positions, period: Period, grace_days: int) -> Cut:
    """Return the log position at which a replay closed a period: the first tick past its end and grace."""
    positions: dict[int, int] = {}
    for number in ends:
        past = [tick for tick in ticks.get(number, ()) if is_closed(period, tick.at, grace_days)]
        if not past:
            raise UserError(f"{period.key} is neither open nor closed in every partition yet")
        positions[number] = past[0].offset
    return Cut(period.end + grace_days * DAY_MS, positions)


def covers(cut: Cut, ends: Positions, ticks: Ticks) -> bool:
    """Tell whether no event stands between a cut and the end of the log (ticks are none)."""
    return all(
        cut.positions[number] + sum(tick.offset >= cut.positions[number] for tick in ticks.get(number, ()))
        >= end
        for number, end in ends.items()
    )


def audited_periods(wanted: Sequence[str], as_of: int, grace_days: int) -> tuple[list[Period], list[Period]]:
    """Return the periods to audit: those open at the moment, and those wanted that are closed.

    Raises UserError for a key that is no period, or one that has not begun.
    """
    running = [*open_periods(as_of, grace_days), *rolling_periods(as_of)]
    if not wanted:
        return running, []
    try:
        asked = [parse_period(key) for key in dict.fromkeys(wanted)]
    except ValueError as problem:
        raise UserError(str(problem)) from None
    closed = [period for period in asked if period not in running]
    for period in closed:
        if period.kind.startswith("R") or not is_closed(period, as_of, grace_days):
            keys = ", ".join(one.key for one in running)
            raise UserError(f"{period.key} has no figures now; open periods are: {keys}")
    return [period for period in asked if period in running], closed
