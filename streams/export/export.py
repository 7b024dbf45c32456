"""One export: the table, the filters, the form."""

from typing import BinaryIO, Final

from streams.export.parquet import write_parquet
from streams.export.tables import Filters, statement_of, table_of
from streams.export.writers import write_csv, write_json, write_xlsx
from streams.read.reader import Reader
from streams.settings import Settings

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Forms, by the ending of a file's name."""

_WRITERS: Final = {"csv": write_csv, "json": write_json, "xlsx": write_xlsx}


def export_table(
    reader: Reader, settings: Settings, name: str, filters: Filters, form: str, out: BinaryIO
) -> int | None:
    """Write a table in a form; return how many rows it has (None for Parquet, which the server writes).

    Raises UserError for a table or a filter that there is not, or a server that is away.
    """
    table = table_of(name)
    statement, parameters = statement_of(table, filters)
    if form == "parquet":
        write_parquet(settings, statement, parameters, out)
        return None
    rows = reader.rows(statement, parameters)
    _WRITERS[form](table, rows, out)
    return len(rows)
