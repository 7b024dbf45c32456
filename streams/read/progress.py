"""How far the scores in ClickHouse are: the moment that every unit has reached."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from schemas.topics import load_topic
from streams.errors import UserError
from streams.read.reader import Reader
from streams.settings import Settings

PAUSE: Final = 0.2


def reached(reader: Reader, settings: Settings) -> datetime | None:
    """Return the least moment over all partitions of units, None until each of them has one."""
    topic = load_topic("partials")
    rows = reader.rows(
        "SELECT count() AS partitions, min(as_of) AS least FROM score_reach"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s",
        {"epoch": load_topic("dossier-events").epoch, "topic": topic.full_name(settings)},
    )
    found: datetime = rows[0]["least"]
    return found if rows[0]["partitions"] == settings.partials_partitions else None


def await_reached(
    reader: Reader, settings: Settings, at: datetime, *, seconds: float, alive: Callable[[], None]
) -> None:
    """Return when every unit is as of `at` or later; `alive` raises if waiting is in vain.

    Raises UserError when the moment is not reached within `seconds` without any progress.
    """
    seen, until = reached(reader, settings), time.monotonic() + seconds
    while seen is None or seen < at:
        alive()
        if time.monotonic() > until:
            raise UserError(f"the scores stand at {seen} and do not reach {at}: is a worker running?")
        time.sleep(PAUSE)  # another process is polled: it has no event to await
        now = reached(reader, settings)
        if now != seen:
            seen, until = now, time.monotonic() + seconds
