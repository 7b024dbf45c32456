"""Which ranking and which moment a request means."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, NamedTuple

from fastapi import Query

from streams.board.errors import MalformedError, NotThereError, Offer
from streams.board.rankings import Rankings
from streams.core.periods import DAY_MS, calendar_periods, moment, parse_period, previous_period
from streams.errors import UserError
from streams.read.choice import LEVELS, Available, Choice, choose
from streams.read.moment import parse_as_of

REPORTING_DAYS: Final = 15
"""Days after a quarter's end in which people still look at it first: its report is made then."""
_YEARS: Final = range(2000, 2200)


class Asked(NamedTuple):
    """The parameters that every page understands."""

    level: str | None = None
    period: str | None = None
    as_of: str | None = None
    formula: str | None = None


async def asked(
    level: Annotated[
        str | None, Query(description="province, department, district or commune.", max_length=32)
    ] = None,
    period: Annotated[
        str | None, Query(description="2024-03, 2024-Q1, 2024, R7@2024-03-31, R30@2024-03-31.", max_length=32)
    ] = None,
    as_of: Annotated[
        str | None,
        Query(description="As it was then: a day (its end, local time) or an ISO moment.", max_length=40),
    ] = None,
    formula: Annotated[str | None, Query(description="Version of the index.", max_length=64)] = None,
) -> Asked:
    """Take the parameters; an empty one (a form's field left empty) is not given.

    A coroutine, so that it is called here: for a function FastAPI would send each request to a thread and back.
    """
    return Asked(level or None, period or None, as_of or None, formula or None)


class Where(NamedTuple):
    """One ranking at one moment (None: now), with the mark of its figures and of those it is compared with.

    `reached`: how far scores had come when the mark was seen; figures of this mark are right until then.
    """

    choice: Choice
    as_of: datetime | None
    mark: str
    said_as_of: str | None
    reached: datetime | None

    def query(self, **changes: str | None) -> dict[str, str]:
        """Return the parameters that lead here, changed where said; None leaves one out."""
        values = {**self.choice._asdict(), "as_of": self.said_as_of, **changes}
        return {name: value for name, value in values.items() if value}


def find_where(rankings: Rankings, wish: str, said: Asked) -> Where:
    """Return the ranking meant; `wish` is the formula taken where none is said and it has scores.

    Raises MalformedError for what cannot be read and NotThereError for what is not there.
    """
    as_of = _moment(said.as_of)
    if said.period is not None:
        check_period(said.period)
    formula = formula_of(rankings, wish, said.formula)
    there = [one for one in rankings.found if one.formula == formula]
    if said.level is not None and said.level not in LEVELS:
        raise NotThereError("level", said.level, _levels(there, None))
    period = said.period or _usual_period(there, as_of or rankings.reached, said.level)
    of_period = [one for one in there if one.period == period]
    if not of_period:
        raise NotThereError("period", period, _periods(there, said.level))
    try:
        choice = choose(of_period, formula, explicit=True, level=said.level, period=period)
    except UserError:
        raise NotThereError("level", said.level or "", _levels(of_period, period)) from None
    before = previous_period(parse_period(period)).key
    marks = [rankings.mark(choice), rankings.mark((formula, choice.level, before))]
    return Where(choice, as_of, ".".join(marks), said.as_of, rankings.reached)


def _moment(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        found = parse_as_of(said)
    except UserError as problem:
        raise MalformedError("as_of", str(problem)) from None
    except OverflowError:
        raise MalformedError("as_of", f"not a moment: {said!r}") from None
    if found.year not in _YEARS:
        raise MalformedError("as_of", f"not within {_YEARS[0]}..{_YEARS[-1]}: {said!r}")
    return found


def check_period(said: str) -> None:
    """Raise MalformedError for what is no key of a period."""
    try:
        parse_period(said)
    except (ValueError, OverflowError):
        raise MalformedError(
            "period",
            f"not a period: {said!r} (use 2024-03, 2024-Q1, 2024, R7@2024-03-31 or R30@2024-03-31)",
        ) from None


def formula_of(rankings: Rankings, wish: str, said: str | None) -> str:
    """Return the version of the index meant; raises NotThereError."""
    there = sorted({one.formula for one in rankings.found})
    if not there:
        raise NotThereError("scores", "")
    if said is not None:
        if said not in there:
            raise NotThereError("formula", said, [Offer(name, f"/?formula={name}") for name in there])
        return said
    return wish if wish in there else there[-1]


def _usual_period(there: Sequence[Available], at: datetime | None, level: str | None) -> str:
    """Return the running quarter, the ended one while it is reported, else what `choose` takes."""
    of_level = [one for one in there if level in (None, one.level)] or list(there)
    if at is not None:
        _, quarter, _ = calendar_periods(moment(at) - REPORTING_DAYS * DAY_MS)
        if any(one.period == quarter.key for one in of_level):
            return quarter.key
    return choose(of_level, of_level[0].formula, explicit=True, level=None, period=None).period


def _levels(found: Sequence[Available], period: str | None) -> list[Offer]:
    there = {one.level for one in found}
    also = f"&period={period}" if period else ""
    return [Offer(f"level.{level}", f"/?level={level}{also}") for level in LEVELS if level in there]


def _periods(found: Sequence[Available], level: str | None) -> list[Offer]:
    also = f"&level={level}" if level else ""
    named = dict.fromkeys(one.period for one in found if not one.kind.startswith("R"))
    return [Offer(f"period:{key}", f"/?period={key}{also}") for key in list(named)[:12]]
