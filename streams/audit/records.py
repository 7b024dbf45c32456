"""A record of the source topic as the audit reads it."""

from typing import NamedTuple


class SourceRecord(NamedTuple):
    """Where it stands, and its bytes."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
