"""What is owed to one channel, and the note of what became of it; used by the one thread that serves the channel."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from streams.notify.choosing import Owed
from streams.notify.database import transaction

MOST_TOGETHER: Final = 20_000
"""Notices that are looked at together, so that a flood needs no more memory than this."""

_RINGS_AGAIN = "CASE WHEN a.change = 'snoozed' AND a.until <= :now THEN 'raised' ELSE a.change END"

_FOR_PEOPLE: Final = f"""
SELECT n.number, n.alert_id, n.change, {_RINGS_AGAIN} AS now, n.attempts > 0 OR EXISTS (
    SELECT 1 FROM notices e WHERE e.alert_id = n.alert_id AND e.channel = n.channel AND e.number < n.number
    AND e.change IN ('raised', 'escalated') AND (e.state = 'told' OR e.attempts > 0)
) AS heard, max(n.raised_ms, iif(:waits, n.ring_at, 0)) AS due
FROM notices n JOIN alerts a USING (alert_id)
WHERE n.channel = :channel AND n.state = 'owed' AND (NOT :waits OR n.ring_at <= :now)
AND NOT (a.change = 'snoozed' AND a.until > :now)
ORDER BY n.number LIMIT {MOST_TOGETHER}
"""  # noqa: S608 - only constants of this file

_IN_ORDER: Final = """
SELECT number, key, raised_ms, payload, max(raised_ms, iif(:waits, ring_at, 0)), alert_id IS NULL FROM notices
WHERE channel = :channel AND state = 'owed' AND (NOT :waits OR ring_at <= :now)
ORDER BY number LIMIT :limit
"""

_OPEN: Final = f"""
SELECT n.number, n.key, n.raised_ms, n.payload, n.raised_ms, 0 FROM notices n JOIN (
    SELECT max(number) AS number FROM notices WHERE channel = :channel AND state = 'told'
    AND change IN ('raised', 'escalated') GROUP BY alert_id
) USING (number) JOIN alerts a USING (alert_id) WHERE {_RINGS_AGAIN} IN ('raised', 'escalated')
ORDER BY n.number
"""  # noqa: S608 - only constants of this file

Settled = Literal["told", "dropped", "refused"]


class Parcel(NamedTuple):
    """An owed notice or letter: its number and key, when it came and when it might be told (epoch ms), its bytes."""

    number: int
    key: str
    raised_ms: int
    payload: bytes
    due_ms: int
    is_letter: int


class Outbox:
    """One channel's side of the state.

    Args:
        connection: of the thread that serves the channel.
        channel: its name.
        waits: whether notices wait for the moment at which they may disturb people.
    """

    def __init__(self, connection: sqlite3.Connection, channel: str, *, waits: bool) -> None:
        self._connection = connection
        self._channel = channel
        self._waits = waits

    def letters(self) -> list[Parcel]:
        """Return the owed letters, oldest first."""
        rows = self._connection.execute(
            "SELECT number, key, raised_ms, payload, raised_ms, 1 FROM notices"
            " WHERE channel = ? AND state = 'owed' AND alert_id IS NULL ORDER BY number",
            (self._channel,),
        )
        return [Parcel(*row) for row in rows]

    def for_people(self, now: int) -> tuple[list[Owed], int | None]:
        """Return the owed notices that may ring now, and since when the oldest of them may (epoch ms)."""
        rows = self._connection.execute(_FOR_PEOPLE, self._values(now)).fetchall()
        owed = [
            Owed(number, alert, change, state, bool(heard)) for number, alert, change, state, heard, _ in rows
        ]
        return owed, min((row[-1] for row in rows), default=None)

    def in_order(self, now: int, limit: int) -> list[Parcel]:
        """Return the oldest owed notices and letters."""
        rows = self._connection.execute(_IN_ORDER, {**self._values(now), "limit": limit})
        return [Parcel(*row) for row in rows]

    def still_open(self, now: int) -> list[Parcel]:
        """Return the newest told step of every alert of this channel that rings on."""
        return [Parcel(*row) for row in self._connection.execute(_OPEN, self._values(now))]

    def parcels(self, numbers: Sequence[int]) -> list[Parcel]:
        """Return notices by their numbers."""
        found = (
            self._connection.execute(
                "SELECT number, key, raised_ms, payload, max(raised_ms, iif(?, ring_at, 0)), alert_id IS NULL"
                " FROM notices WHERE number = ?",
                (int(self._waits), number),
            ).fetchone()
            for number in numbers
        )
        return [Parcel(*row) for row in found]

    def begin(self, numbers: Iterable[int]) -> None:
        """Note, before it is done, that these are being sent: whoever dies over it cannot know whether they arrived."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE notices SET attempts = attempts + 1 WHERE number = ?",
                [(number,) for number in numbers],
            )

    def settle(self, numbers: Iterable[int], state: Settled, now: int) -> None:
        """Note what became of notices."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE notices SET state = ?, settled_at = ? WHERE number = ?",
                [(state, now, number) for number in numbers],
            )

    def note_message(self, at: int) -> None:
        """Note that a message was tried, for the limit of messages."""
        self._connection.execute("INSERT INTO messages VALUES (?, ?)", (self._channel, at))

    def messages_since(self, moment: int) -> list[int]:
        """Return when messages were tried after a moment, oldest first."""
        rows = self._connection.execute(
            "SELECT at FROM messages WHERE channel = ? AND at > ? ORDER BY at", (self._channel, moment)
        )
        return [at for (at,) in rows]

    def backlog(self) -> int:
        """Return how many notices are owed."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM notices WHERE channel = ? AND state = 'owed'", (self._channel,)
        ).fetchone()
        return int(count)

    def _values(self, now: int) -> dict[str, str | int]:
        return {"channel": self._channel, "now": now, "waits": int(self._waits)}
