"""How far everything is that leads to the scores in ClickHouse."""

from datetime import datetime
from typing import NamedTuple

from schemas.topics import load_topic
from streams.read.reader import Reader
from streams.settings import Settings


class Pipeline(NamedTuple):
    """How far the parts are; None before they told anything.

    `slowest` and `quickest` are the moments that the scores of the partitions of units have reached; `facts` and
    `archived` count the events of the log up to which dossiers are in, and those kept in the archive.
    """

    partitions: int
    slowest: datetime | None
    quickest: datetime | None
    facts: int | None
    archived: int | None


def read_pipeline(reader: Reader, settings: Settings) -> Pipeline:
    """Return how far the newest epoch is."""
    (scores,) = reader.rows(
        "SELECT count() AS partitions, minOrNull(as_of) AS slowest, maxOrNull(as_of) AS quickest FROM score_reach"
        " WHERE epoch = (SELECT max(epoch) FROM score_reach)",
        {},
    )
    topic = load_topic("dossier-events")
    asked = {"epoch": topic.epoch, "topic": topic.full_name(settings)}
    facts, archived = (
        reader.rows(
            f"SELECT sumOrNull(source_offset + 1) AS events FROM {view} WHERE epoch = %(epoch)s AND topic = %(topic)s",  # noqa: S608 - ours
            asked,
        )[0]["events"]
        for view in ("sink_reach", "archive_reach")
    )
    return Pipeline(**scores, facts=facts, archived=archived)
