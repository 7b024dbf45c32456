"""Which fields a correction (đính chính) can replace, and what their values look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from schemas.fields import is_code, plausible

CorrectedField = Literal[
    "submitted_at",
    "received_at",
    "due_at",
    "refused_at",
    "finished_at",
    "returned_at",
    "withdrawn_at",
    "stopped_at",
    "procedure_code",
    "channel",
    "handling_unit",
    "online_payment",
]

_RANGES = {"channel": (1, 3), "online_payment": (0, 9)}
_CODES = frozenset({"procedure_code", "handling_unit"})
_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]


def check_correction(field: str, value: str | int | None) -> None:
    """Raises ValueError if `value` is not what `field` may hold; null is allowed everywhere."""
    if value is not None and not _fits(field, value):
        raise ValueError("old and new must be of the corrected field's type")


def corrected_instant(value: str) -> datetime:
    """The time in a correction's `old` or `new`; raises ValueError if it is none."""
    return msgspec.convert(value, _AWARE)


def _fits(field: str, value: Any) -> bool:
    if field in _RANGES:
        low, high = _RANGES[field]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if not isinstance(value, str):
        return False
    if field in _CODES:
        return is_code(value)
    try:
        return plausible(corrected_instant(value))
    except msgspec.ValidationError:
        return False
