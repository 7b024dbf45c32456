"""Reference data as a worker last told them to ClickHouse, compiled as the core knows them."""

from functools import lru_cache

from schemas.errors import BadEvent
from schemas.reference import ReferenceRecord, parse_reference
from streams.core.reference import Reference
from streams.errors import UserError
from streams.read.reader import Reader


def read_reference(reader: Reader) -> list[ReferenceRecord]:
    """Return the record of every entity; raises UserError if there is none or this program does not know its form."""
    records = known_reference(reader)
    if not records:
        raise UserError("ClickHouse has no reference data yet: start a worker, which tells them")
    return records


def known_reference(reader: Reader) -> list[ReferenceRecord]:
    """Return the record of every entity, none before a worker told them; raises UserError for an unknown form."""
    return _parsed(_told(reader))


def compiled_reference(reader: Reader) -> Reference:
    """Return reference data ready for the core, an empty one before a worker told them; compiled when they change.

    Raises UserError for an unknown form.
    """
    return _compiled(_told(reader))


def _told(reader: Reader) -> tuple[str, ...]:
    rows = reader.rows("SELECT record FROM reference_data ORDER BY kind, code", {})
    return tuple(row["record"] for row in rows)


@lru_cache(1)  # a board is asked about dossier after dossier under the same catalogue
def _compiled(records: tuple[str, ...]) -> Reference:
    return Reference(_parsed(records))


def _parsed(records: tuple[str, ...]) -> list[ReferenceRecord]:
    try:
        return [parse_reference(record.encode()) for record in records]
    except BadEvent as problem:
        raise UserError(
            f"reference data in ClickHouse: {problem}; is this program older than the worker?"
        ) from None
