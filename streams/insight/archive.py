"""The events of the dossiers and petitions that a unit had to do with, as the archive holds them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from schemas.fast import decode
from schemas.topics import load_topic
from streams.core.faults import fault
from streams.core.history import Told
from streams.core.periods import moment
from streams.core.reference import Reference
from streams.core.state import DOSSIER_KEY, subjects
from streams.errors import UserError
from streams.read.dossiers import Dossier
from streams.read.reader import Reader
from streams.settings import Settings

MOST_EVENTS: Final = 400_000
"""Events that one explanation may read: more take minutes; a shorter time, or a unit below, answers better."""


Kind = Literal["dossier", "petition"]


class TooMuchError(UserError):
    """An explanation would have to read more than `MOST_EVENTS`."""


def units_below(reader: Reader, reference: Reference, unit: str, moments: Iterable[int]) -> list[str]:
    """Return every unit that held anything and stands under a unit (or is it) at one of some moments."""
    rows = reader.rows(
        "SELECT DISTINCT arrayJoin(holding_units) AS code FROM dossier_facts"
        " UNION DISTINCT SELECT DISTINCT arrayJoin(holding_units) FROM petition_facts",
        {},
    )
    at = list(moments)
    return [row["code"] for row in rows if any(unit in reference.chain(row["code"], each) for each in at)]


def codes_of(reader: Reader, kind: Kind, units: Sequence[str]) -> list[str]:
    """Return the codes of all dossiers or petitions that one of some units ever held."""
    rows = reader.rows(
        f"SELECT {kind}_code AS code FROM {kind}_facts WHERE hasAny(holding_units, %(units)s)",  # noqa: S608 - ours
        {"units": list(units)},
    )
    return [row["code"] for row in rows]


def told_events(
    reader: Reader, settings: Settings, reference: Reference, codes: Mapping[Kind, Sequence[str]]
) -> dict[str, list[Told]]:
    """Return, by state key, the events of some dossiers and petitions.

    Events that reference data refuse are left out, as a worker leaves them out. Raises TooMuchError.
    """
    topic = load_topic("dossier-events")
    rows = reader.rows(
        "SELECT source_partition, source_offset, event FROM archived_events"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s AND (dossier_code IN dossier_codes"
        " OR petition_code IN petition_codes"
        " OR JSONExtractString(event, 'earlier_petition_code') IN petition_codes)"
        " LIMIT %(most)s",
        {"epoch": topic.epoch, "topic": topic.full_name(settings), "most": MOST_EVENTS + 1},
        [
            {
                "name": f"{kind}_codes",
                "structure": [("code", "String")],
                "data": [{"code": code} for code in found],
            }
            for kind, found in codes.items()
        ],
    )
    if len(rows) > MOST_EVENTS:
        raise TooMuchError(
            f"more than {MOST_EVENTS} events to read: ask for a shorter time (--from, --to), or for a unit below"
        )
    wanted = {f"{kind[0]}:{code}" for kind, found in codes.items() for code in found}
    return _by_subject(rows, wanted, reference)


def told_of_dossier(found: Dossier, reference: Reference) -> tuple[str, list[Told]]:
    """Return the state key of a dossier and its events; those that reference data refuse are left out."""
    key = DOSSIER_KEY + found.facts["dossier_code"]
    return key, _by_subject([one._asdict() for one in found.events], {key}, reference).get(key, [])


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
