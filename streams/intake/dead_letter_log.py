"""Reading the dead letters back, from the oldest to the newest that is there now, with what became of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from schemas.topics import TopicSettings, load_topic
from streams.intake.dead_letters import OUTCOME_HEADER
from streams.intake.patience import say_on_stderr
from streams.intake.topic_reading import read_all

OPEN: Final = "open"
_PLACE: Final = ("topic", "partition", "offset", "file", "line", "record")


class BuriedRecord(NamedTuple):
    """One dead letter: why, when first (epoch ms), where the original stands, its hash and shape.

    `times` tells how often it was buried: a file sent again, or a batch taken again after a crash. `state` is `open`,
    or what became of it (`reinserted`, `dropped`) at `closed_at` (epoch ms). `place` holds the position part by part.
    """

    reason: str
    field: str | None
    time: int
    position: str
    sha256: str
    size: int
    redacted: Any
    place: Mapping[str, str]
    times: int = 1
    state: str = OPEN
    closed_at: int | None = None

    @property
    def is_of_file(self) -> bool:
        """Tell whether the original was read from a file: the topics hold nothing of it but this letter."""
        return "file" in self.place


class _Closing(NamedTuple):
    outcome: str
    time: int


_Key = tuple[str, str, str]
"""Position, hash and reason: what is one letter, however often it was buried."""


def read_dead_letters(
    settings: TopicSettings, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> list[BuriedRecord]:
    """All dead letters, oldest first; raises UserError if Kafka does not answer or the topic is missing.

    Records that are no dead letters, which somebody else wrote to the topic, are passed over and counted to `say`.
    """
    topic = load_topic("dead-letters").full_name(settings)
    letters, foreign = once(read_all(topic, bootstrap, say=say))
    if foreign:
        say(f"{topic}: {foreign} records are no dead letters and were passed over")
    return letters


def once(records: Iterable[Any]) -> tuple[list[BuriedRecord], int]:
    """Return each original and reason once, in the order of their first burial, and how many records are foreign."""
    foreign = 0
    found: dict[_Key, BuriedRecord] = {}
    closed: dict[_Key, _Closing] = {}
    for record in records:
        try:
            headers = {name: text.decode() for name, text in record.headers}
            letter = _letter(headers, msgspec.json.decode(record.value))
        except (KeyError, TypeError, ValueError, msgspec.DecodeError):
            foreign += 1
            continue
        key = (letter.position, letter.sha256, letter.reason)
        if OUTCOME_HEADER in headers:
            closed[key] = _Closing(headers[OUTCOME_HEADER], letter.time)
        elif key in found:
            found[key] = found[key]._replace(times=found[key].times + 1)
        else:
            found[key] = letter
    for key, (outcome, at) in closed.items():
        if key in found:
            found[key] = found[key]._replace(state=outcome, closed_at=at)
    return sorted(found.values(), key=lambda letter: letter.time), foreign


def _letter(headers: Mapping[str, str], value: Mapping[str, Any]) -> BuriedRecord:
    return BuriedRecord(
        reason=headers["reason"],
        field=headers.get("field"),
        time=int(headers["time"]),
        position=_position(headers),
        sha256=value["sha256"],
        size=value["bytes"],
        redacted=value.get("redacted"),
        place={name: headers[name] for name in _PLACE if name in headers},
    )


def _position(headers: Mapping[str, str]) -> str:
    """`topic[partition]@offset`, or `file:line` with `/record`."""
    if "topic" in headers:
        return f"{headers['topic']}[{headers['partition']}]@{headers['offset']}"
    record = headers.get("record")
    return f"{headers['file']}:{headers['line']}" + (f"/{record}" if record else "")
