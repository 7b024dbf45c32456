"""The events of the dossiers and petitions that a unit had to do with, as the archive holds them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from schemas.fast import decode
from schemas.topics import load_topic
from streams.core.faults import fault
from streams.core.history import Told
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.state import subjects
from streams.errors import UserError
from streams.read.reader import Reader
from streams.settings import Settings

MOST_EVENTS: Final = 400_000
"""Events that one explanation may read: more take minutes, and a unit below answers better."""


def units_below(reader: Reader, reference: Reference, unit: str, moments: Iterable[int]) -> list[str]:
    """Return every unit that held anything and stands under a unit (or is it) at one of some moments."""
    rows = reader.rows(
        "SELECT DISTINCT arrayJoin(holding_units) AS code FROM dossier_facts"
        " UNION DISTINCT SELECT DISTINCT arrayJoin(holding_units) FROM petition_facts",
        {},
    )
    at = list(moments)
    return [row["code"] for row in rows if any(unit in reference.chain(row["code"], each) for each in at)]


def told_events(
    reader: Reader, settings: Settings, reference: Reference, units: Sequence[str]
) -> dict[str, list[Told]]:
    """Return, by state key, the events of every dossier and petition that one of some units ever held.

    Events that reference data refuse are left out, as a worker leaves them out. Raises UserError for too many.
    """
    codes = {
        kind: [(row["code"],) for row in _codes(reader, kind, units)] for kind in ("dossier", "petition")
    }
    topic = load_topic("dossier-events")
    rows = reader.rows(
        "SELECT source_partition, source_offset, event FROM archived_events"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s AND (dossier_code IN dossier_codes"
        " OR petition_code IN petition_codes"
        " OR JSONExtractString(event, 'earlier_petition_code') IN petition_codes)"
        " LIMIT %(most)s",
        {"epoch": topic.epoch, "topic": topic.full_name(settings), "most": MOST_EVENTS + 1},
        [
            {"name": f"{kind}_codes", "structure": [("code", "String")], "data": _table(found)}
            for kind, found in codes.items()
        ],
    )
    if len(rows) > MOST_EVENTS:
        raise UserError(f"more than {MOST_EVENTS} events to read: ask for a unit below")
    wanted = {f"{kind[0]}:{code}" for kind, found in codes.items() for (code,) in found}
    return _by_subject(rows, wanted, reference)


def _codes(reader: Reader, kind: str, units: Sequence[str]) -> list[dict[str, Any]]:
    return reader.rows(
        f"SELECT {kind}_code AS code FROM {kind}_facts WHERE hasAny(holding_units, %(units)s)",  # noqa: S608 - ours
        {"units": list(units)},
    )


def _table(found: Sequence[tuple[str]]) -> list[dict[str, str]]:
    return [{"code": code} for (code,) in found]


def _by_subject(
    rows: Iterable[Mapping[str, Any]], wanted: set[str], reference: Reference
) -> dict[str, list[Told]]:
    told: dict[str, list[Told]] = {}
    for row in rows:
        event = decode(row["event"].encode())
        if fault(event, reference) is not None:
            continue
        one = Told(moment(event.recorded_at), row["source_partition"], row["source_offset"], event)
        for key in subjects(event):
            if key in wanted:
                told.setdefault(key, []).append(one)
    return told
