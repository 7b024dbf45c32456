"""Records that no source should send, of every sort that a worker must bear."""

import json
from itertools import cycle, islice

from tests.integration.pipeline import Raw

KEY = b"H98.1.1-260801-9999"


def _document(**fields: object) -> bytes:
    return json.dumps({"v": 1, "type": "dossier.received", "event_id": "x", **fields}).encode()


KINDS = (
    Raw(KEY, b"{"),
    Raw(KEY, b"[" * 1000),
    Raw(KEY, _document(received_at=20260801)),
    Raw(KEY, _document(v=99)),
    Raw(None, _document()),
    Raw(KEY, None),
    Raw(KEY, b"\xff\xfe"),
    Raw(KEY, _document(note="x" * 2_000_000)),
)
"""Not JSON, too deep, a wrong type, an unknown version, no key, no value, no text, 2 MB."""


def bad_records(number: int) -> list[Raw]:
    """So many bad records, of all kinds in turn."""
    return list(islice(cycle(KINDS), number))


def bad_in_a_row(number: int, partition: int) -> list[Raw]:
    """Small bad records that follow each other in one partition."""
    return [Raw(KEY, b"{", partition)] * number
