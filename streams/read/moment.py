"""Moments that people name: a day means its end, local time (Asia/Ho_Chi_Minh) unless a zone is said."""

from datetime import UTC, date, datetime, timedelta

from streams.core.periods import LOCAL
from streams.errors import UserError


def parse_as_of(text: str) -> datetime:
    """Return the moment a person means: `2024-04-04` is the last millisecond of that local day.

    Raises UserError for anything that is neither a day nor an ISO moment.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _instant(text)
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + timedelta(days=1, milliseconds=-1)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"not a moment: {text!r} (use 2024-04-04 or 2024-04-04T17:00)") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def literal(moment: datetime) -> str:
    """Return a moment as ClickHouse reads a `DateTime64(3, 'UTC')`, cut to milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def shown(moment: datetime) -> str:
    """Return a moment in local time, to the second, as people read it."""
    return moment.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M:%S")
