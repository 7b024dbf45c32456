"""The record that stands on the dead-letter topic for one that was refused.

Its value is JSON: `sha256` (hex) and `bytes` (length) of the original, and `redacted`, its shape without values.
Its headers are texts: `reason`, `time` (epoch ms), `field` if one is to blame, and the position of the original:
`topic`, `partition`, `offset`, or `file`, `line` and `record` for what was read from a file.

What became of a letter later is told by a record of its own on the same topic: the same key, hash and position, and a
header `outcome` (`reinserted` or `dropped`).
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from streams.intake.redact import redacted

MAX_VALUE_BYTES = 16 * 1024

Outcome = Literal["reinserted", "dropped"]
OUTCOME_HEADER = "outcome"

Headers = list[tuple[str, bytes]]


class DeadLetter(NamedTuple):
    """A Kafka record: key, value, headers."""

    key: bytes
    value: bytes
    headers: Headers


def dead_letter(
    reason: str,
    raw: bytes | None,
    topic: str,
    partition: int,
    offset: int,
    at_ms: int,
    *,
    field: str | None = None,
) -> DeadLetter:
    """The dead letter of a record of a topic; `raw` is its value, `at_ms` the time of refusal (epoch ms)."""
    position = {"topic": topic, "partition": str(partition), "offset": str(offset)}
    return _letter(f"{topic}-{partition}", reason, raw, position, at_ms, field)


def file_dead_letter(
    reason: str,
    raw: bytes,
    file: str,
    line: int,
    record: str | None,
    at_ms: int,
    *,
    field: str | None = None,
) -> DeadLetter:
    """The dead letter of something read from a file.

    `raw` is the whole document (in JSON lines: the line), `line` where it begins, from 1, and `record` the place
    in its lists of documents or records, from 1 (`2`, `2.3`); None if the document itself is at fault.
    """
    position = {"file": file, "line": str(line)}
    if record is not None:
        position["record"] = record
    return _letter(f"file:{file}", reason, raw, position, at_ms, field)


def outcome_letter(
    outcome: Outcome, reason: str, position: Mapping[str, str], sha256_: str, size: int, at_ms: int
) -> DeadLetter:
    """The record that closes the letter of an original: `position` as in its headers, `at_ms` the time of closing."""
    key = f"file:{position['file']}" if "file" in position else f"{position['topic']}-{position['partition']}"
    value: dict[str, Any] = {"sha256": sha256_, "bytes": size}
    texts = {OUTCOME_HEADER: outcome, "reason": reason, **position, "time": str(at_ms)}
    headers = [(name, text.encode()) for name, text in texts.items()]
    return DeadLetter(key.encode(), json.dumps(value, separators=(",", ":")).encode(), headers)


def _letter(
    key: str, reason: str, raw: bytes | None, position: Mapping[str, str], at_ms: int, field: str | None
) -> DeadLetter:
    texts = {"reason": reason, **position, "time": str(at_ms)}
    if field is not None:
        texts["field"] = field
    headers = [(name, text.encode()) for name, text in texts.items()]
    return DeadLetter(key.encode(), _kept(raw or b""), headers)


@lru_cache(maxsize=1)
def _kept(original: bytes) -> bytes:
    """What is kept of an original, as JSON; remembered because one document may hold thousands of bad records."""
    value = {"sha256": sha256(original).hexdigest(), "bytes": len(original), "redacted": redacted(original)}
    if len(json.dumps(value)) > MAX_VALUE_BYTES:
        value["redacted"] = None
    return json.dumps(value, separators=(",", ":")).encode()
