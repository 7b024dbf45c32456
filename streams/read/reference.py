"""Reference data as a worker last told them to ClickHouse, compiled as the core knows them."""

from schemas.errors import BadEvent
from schemas.reference import ReferenceRecord, parse_reference
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
    rows = reader.rows("SELECT record FROM reference_data ORDER BY kind, code", {})
    try:
        return [parse_reference(row["record"].encode()) for row in rows]
    except BadEvent as problem:
        raise UserError(
            f"reference data in ClickHouse: {problem}; is this program older than the worker?"
        ) from None
