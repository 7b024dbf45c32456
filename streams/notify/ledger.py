"""The writing side of the state: records of the alert topic become owed notices, and their place is noted with them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from schemas.alert_wire import Alert
from streams.notify.database import transaction
from streams.notify.matching import RINGING, channels_for
from streams.notify.notice import Letter
from streams.notify.routing_model import Routing

DAY_MS: Final = 86_400_000
KEPT_DAYS: Final = 400
"""Days that settled notices and ended alerts are remembered, as long as their topic: none is told twice meanwhile."""

_ADD: Final = """
INSERT OR IGNORE INTO notices (channel, key, alert_id, change, ring_at, raised_ms, partition, offset, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class TopicRecord(NamedTuple):
    """A record of the alert topic: its place, its bytes, when it came there (epoch ms), and what it says."""

    partition: int
    offset: int
    raw: bytes
    at_ms: int
    alert: Alert | None


class Ledger:
    """Takes records and letters in; of one thread.

    Args:
        connection: of this thread.
        topic: full name of the alert topic.
        epoch: how often it was made anew; positions of an older one are not used.
        routing: who is told what.
    """

    def __init__(self, connection: sqlite3.Connection, topic: str, epoch: int, routing: Routing) -> None:
        self._connection = connection
        self._topic = topic
        self._epoch = epoch
        self._routing = routing

    def positions(self) -> dict[int, int]:
        """Return the next offset to read of each partition that was read."""
        rows = self._connection.execute(
            "SELECT partition, next FROM positions WHERE topic = ? AND epoch = ?", (self._topic, self._epoch)
        )
        return dict(rows.fetchall())

    def take(self, records: Sequence[TopicRecord]) -> list[TopicRecord]:
        """Note records, what they make owed, and their place, all or nothing; return those that say something new."""
        with transaction(self._connection):
            fresh = [record for record in records if record.alert and self._note(record, record.alert)]
            self._connection.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
                [
                    (self._topic, self._epoch, partition, offset + 1)
                    for partition, offset in {record.partition: record.offset for record in records}.items()
                ],
            )
        return fresh

    def owe_letter(self, letter: Letter, channels: Iterable[str], now: int) -> None:
        """Note a letter for channels; one of the same key is owed to each of them once."""
        payload = msgspec.json.encode(letter)
        with transaction(self._connection):
            self._connection.executemany(
                _ADD,
                [(name, letter.key, None, "digest", now, now, None, None, payload) for name in channels],
            )

    def settled_positions(self) -> Mapping[int, int]:
        """Return the offset before which nothing is owed, by partition: what the broker may be told."""
        owed = dict(
            self._connection.execute(
                "SELECT partition, min(offset) FROM notices WHERE state = 'owed' AND partition IS NOT NULL"
                " GROUP BY partition"
            ).fetchall()
        )
        return {
            partition: min(following, owed.get(partition, following))
            for partition, following in self.positions().items()
        }

    def forget(self, now: int) -> None:
        """Remove what was settled, and alerts that ended, longer ago than `KEPT_DAYS`."""
        limit = now - KEPT_DAYS * DAY_MS
        with transaction(self._connection):
            self._connection.execute("DELETE FROM notices WHERE settled_at < ?", (limit,))
            self._connection.execute(
                "DELETE FROM alerts WHERE change = 'resolved' AND changed_at < ?", (limit,)
            )
            self._connection.execute("DELETE FROM messages WHERE at < ?", (limit,))

    def _note(self, record: TopicRecord, alert: Alert) -> bool:
        known = self._connection.execute(
            "SELECT seq FROM alerts WHERE alert_id = ?", (alert.alert_id,)
        ).fetchone()
        if known is not None and known[0] >= alert.seq:
            return False
        self._connection.execute(
            "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?)",
            (alert.alert_id, alert.seq, alert.change, alert.until, alert.changed_at),
        )
        if not alert.silent:
            self._owe(record, alert)
        return not alert.silent

    def _owe(self, record: TopicRecord, alert: Alert) -> None:
        channels = (
            channels_for(alert, self._routing) if alert.change in RINGING else self._told(alert.alert_id)
        )
        key = f"{alert.alert_id}:{alert.seq}"
        self._connection.executemany(
            _ADD,
            [
                (
                    *(channel, key, alert.alert_id, alert.change, alert.ring_at, record.at_ms),
                    *(record.partition, record.offset, record.raw),
                )
                for channel in channels
            ],
        )

    def _told(self, alert_id: str) -> list[str]:
        """Channels that an earlier change went to: they hear what becomes of it, whatever the routes say by now."""
        rows = self._connection.execute(
            "SELECT DISTINCT channel FROM notices WHERE alert_id = ?", (alert_id,)
        )
        return sorted(channel for (channel,) in rows if channel in self._routing.channels)
