"""When each source was last heard, as the archive of events has it, and how far the archive is."""

from collections.abc import Mapping
from datetime import UTC, datetime

from streams.read.moment import literal
from streams.read.reader import Reader


def last_heard(reader: Reader, epoch: int, topic: str, after: int) -> dict[str, int]:
    """Return when the newest event of each source arrived, of those after a moment (all epoch ms).

    Raises UserError as `Reader.rows`.
    """
    rows = reader.rows(
        "SELECT JSONExtractString(event, 'source') AS source, toUnixTimestamp64Milli(max(appended_at)) AS last"
        " FROM events WHERE epoch = %(epoch)s AND topic = %(topic)s"
        " AND appended_at > toDateTime64(%(after)s, 3, 'UTC') GROUP BY source",
        {"epoch": epoch, "topic": topic, "after": literal(datetime.fromtimestamp(after / 1000, UTC))},
    )
    return {row["source"]: row["last"] for row in rows if row["source"]}


def has_archived(reader: Reader, epoch: int, topic: str, ends: Mapping[int, int]) -> bool:
    """Tell whether every event before some ends (offsets by partition) is in the archive."""
    rows = reader.rows(
        "SELECT source_partition, source_offset FROM archive_reach"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s",
        {"epoch": epoch, "topic": topic},
    )
    reached = {row["source_partition"]: row["source_offset"] for row in rows}
    return all(reached.get(number, -1) >= end - 1 for number, end in ends.items())
