"""From aware datetimes to epoch milliseconds UTC, exactly: integers only, floored to the millisecond."""

from datetime import UTC, datetime
from typing import Final

import msgspec

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Datetimes decoded by msgspec share one zone object per offset, and a difference between two datetimes of one
# zone object needs no arithmetic of offsets: three times faster for the local offset that the province's
# systems send.
_LOCAL_EPOCH: Final = msgspec.json.decode(b'"1970-01-01T07:00:00+07:00"', type=datetime)
_DAY_MS: Final = 86_400_000


def instant(value: datetime) -> int:
    """Return the epoch milliseconds of an aware datetime (floored); raises `TypeError` for a naive one."""
    since = value - (_EPOCH if value.tzinfo is UTC else _LOCAL_EPOCH)
    return since.days * _DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def optional_instant(value: datetime | None) -> int | None:
    """Return the epoch milliseconds of a datetime that may be absent."""
    return None if value is None else instant(value)
