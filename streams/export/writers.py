"""Rows as files: CSV that Excel reads as Vietnamese, formatted XLSX, JSON. Times are local, as people read them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final

import xlsxwriter

from streams.core.periods import LOCAL
from streams.errors import UserError
from streams.export.tables import Table

Row = Mapping[str, Any]

MOST_XLSX_ROWS: Final = 1_048_575
_WIDEST: Final = 60
_FORMATS: Final = {
    Decimal: {"num_format": "0.00"},
    datetime: {"num_format": "dd/mm/yyyy hh:mm:ss"},
    date: {"num_format": "dd/mm/yyyy"},
}


def write_csv(table: Table, rows: Sequence[Row], out: BinaryIO) -> None:
    """Write UTF-8 with a byte order mark, by which Excel knows it; names of columns first, unknown is empty."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_plain(row[column.name]) for column in table.columns] for row in rows)
    text.detach()


def write_json(table: Table, rows: Sequence[Row], out: BinaryIO) -> None:
    """Write one array of objects; points are numbers, unknown is null."""
    document = [{column.name: _json(row[column.name]) for column in table.columns} for row in rows]
    out.write(json.dumps(document, ensure_ascii=False).encode())


def write_xlsx(table: Table, rows: Sequence[Row], out: BinaryIO) -> None:
    """Write a sheet with titles for people, a frozen header, filters, widths and formats; unknown is empty.

    Raises UserError for more rows than a sheet holds.
    """
    if len(rows) > MOST_XLSX_ROWS:
        raise UserError(f"{len(rows)} rows do not fit an XLSX sheet: filter, or take csv or parquet")
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(table.title[:31])
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1}
    )
    formats = {kind: book.add_format(how) for kind, how in _FORMATS.items()}
    for place, column in enumerate(table.columns):
        values = [row[column.name] for row in rows]
        sheet.write_string(0, place, column.title, head)
        sheet.set_column(place, place, _width(column.title, values))
        for line, value in enumerate(values, 1):
            _write_cell(sheet, line, place, value, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    book.close()


def _write_cell(sheet: Any, line: int, place: int, value: Any, formats: Mapping[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, place, value.astimezone(LOCAL).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[date])  # noqa: DTZ001 - a day
    elif isinstance(value, Decimal):
        sheet.write_number(line, place, float(value), formats[Decimal])
    elif isinstance(value, int):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, str(value))


def _width(title: str, values: Sequence[Any]) -> int:
    longest = max((len(str(_plain(value))) for value in values[:200]), default=0)
    return min(_WIDEST, max(8, longest, min(len(title), 14)) + 2)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else value


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).isoformat(timespec="milliseconds")
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
