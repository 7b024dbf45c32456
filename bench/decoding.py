"""Decoding alone: our fast twins, the pydantic models that define them, and msgspec into plain dicts."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from bench.load import Record
from schemas import fast
from schemas.events import parse_event

DECODERS: dict[str, Callable[[bytes], Any]] = {
    "fast twins": fast.decode,
    "pydantic": parse_event,
    "msgspec to dict": msgspec.json.decode,
}


def seconds_of_decoding(records: Sequence[Record], decode: Callable[[bytes], Any]) -> float:
    """Return the processor seconds that a decoder takes for a load."""
    begun = time.process_time()
    for _, value in records:
        decode(value)
    return time.process_time() - begun
