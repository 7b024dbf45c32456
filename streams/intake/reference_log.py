"""The reference data as they are now: the latest record of every entity."""

from collections.abc import Callable

from schemas.errors import BadEvent
from schemas.reference import ReferenceRecord, parse_reference
from schemas.topics import TopicSettings, load_topic
from streams.intake.patience import say_on_stderr
from streams.intake.topic_reading import read_all


def read_reference(
    settings: TopicSettings, bootstrap: str, *, say: Callable[[str], None] = say_on_stderr
) -> list[ReferenceRecord]:
    """Return an installation's valid records; raises UserError if Kafka does not answer or the topic is missing."""
    found: dict[bytes, ReferenceRecord] = {}
    for record in read_all(load_topic("reference").full_name(settings), bootstrap, say=say):
        if record.key is None:
            continue
        if record.value is None:
            found.pop(record.key, None)
            continue
        try:
            found[record.key] = parse_reference(record.value)
        except BadEvent:
            continue
    return list(found.values())
