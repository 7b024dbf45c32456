"""One dossier: its current facts, and its events as the archive keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from streams.read.reader import Reader


class ToldEvent(NamedTuple):
    """An event of a dossier: its type, when it happened and when it was told."""

    type: str
    occurred_at: datetime
    recorded_at: datetime


class Dossier(NamedTuple):
    """Facts by column (see the view `dossier_facts`), and events, oldest first."""

    facts: Mapping[str, Any]
    events: tuple[ToldEvent, ...]


def read_dossier(reader: Reader, code: str) -> Dossier | None:
    """Return a dossier by its code, None if there is none."""
    facts = reader.rows("SELECT * FROM dossier_facts WHERE dossier_code = %(code)s", {"code": code})
    if not facts:
        return None
    events = reader.rows(
        "SELECT type, e.occurred_at AS occurred_at, e.recorded_at AS recorded_at FROM archived_events AS e"
        " WHERE dossier_code = %(code)s AND epoch = %(epoch)s ORDER BY occurred_at, source_offset",
        {"code": code, "epoch": facts[0]["epoch"]},
    )
    return Dossier(facts[0], tuple(ToldEvent(**row) for row in events))
