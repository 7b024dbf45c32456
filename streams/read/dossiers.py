"""One dossier: its current facts, and its events as the archive keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from streams.read.reader import Reader


class ToldEvent(NamedTuple):
    """An event of a dossier: its type, when it happened and when it was told, its place in the log, and its JSON."""

    type: str
    occurred_at: datetime
    recorded_at: datetime
    source_partition: int
    source_offset: int
    event: str


class Dossier(NamedTuple):
    """Facts by column (see the view `dossier_facts`), events, oldest first, and what its procedure is called now."""

    facts: Mapping[str, Any]
    events: tuple[ToldEvent, ...]
    procedure_name: str | None


def read_dossier(reader: Reader, code: str) -> Dossier | None:
    """Return a dossier by its code, None if there is none; all its events are on one partition of its epoch."""
    facts = reader.rows("SELECT * FROM dossier_facts WHERE dossier_code = %(code)s", {"code": code})
    if not facts:
        return None
    events = reader.rows(
        "SELECT type, e.occurred_at AS occurred_at, e.recorded_at AS recorded_at, source_partition, source_offset,"
        " event FROM archived_events AS e WHERE epoch = %(epoch)s AND source_partition = %(source_partition)s"
        " AND (position(event, %(code)s) > 0 OR position(%(code)s, '/') > 0)"  # quick; some write / as \\/
        " AND dossier_code = %(code)s ORDER BY occurred_at, source_offset",
        {"code": code, **{name: facts[0][name] for name in ("epoch", "source_partition")}},
    )
    named = reader.rows(
        "SELECT procedure_name FROM bi_dim_procedure WHERE procedure_code = %(procedure)s AND is_current",
        {"procedure": facts[0]["procedure_code"]},
    )
    return Dossier(
        facts[0],
        tuple(ToldEvent(**row) for row in events),
        named[0]["procedure_name"] if named else None,
    )
