"""`nhip766 export`: tables as CSV, XLSX, Parquet and JSON."""

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from streams.errors import UserError
from streams.export.export import export_table
from streams.export.tables import TABLES, Filters, table_of
from streams.read.choice import available, choose
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from streams.read.units import find_unit, known_units
from streams.settings import load_settings

HELP = f"""Write a table to a file, with the filters that are given.

Without --period and --unit a table of the index is that of the period that `rank` shows; --period all: of every one.
--unit is a code or a name and takes in everything below the unit. XLSX has a frozen header, filters and formats.

\b
Tables: {", ".join(TABLES)}

\b
Examples:
  nhip766 export ranking --format xlsx --period 2024-Q1
  nhip766 export dossiers --unit "thuan an" --period 2024-03 --format parquet --output ho-so.parquet
  nhip766 export points_lost --format csv --output - | head
"""

_STDOUT = "-"
_ALL = "all"


class Form(StrEnum):
    """What to write."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help=HELP)(export)


def export(  # noqa: PLR0913, PLR0917  (each is an option, which typer hands over by name)
    table: Annotated[str, typer.Argument(help="Which table.")],
    form: Annotated[Form, typer.Option("--format", help="Form of the file.")] = Form.CSV,
    unit: Annotated[str | None, typer.Option(help="Code or part of the name of a unit.")] = None,
    period: Annotated[str | None, typer.Option(help="2024-03, 2024-Q1, 2024, R7@2024-03-31, or all.")] = None,
    level: Annotated[str | None, typer.Option(help="province, department, district or commune.")] = None,
    formula: Annotated[str | None, typer.Option(help="Version of the index.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it was then: a day (its end) or an ISO moment.")
    ] = None,
    output: Annotated[
        str | None, typer.Option(help="File, or - for the output; default: named by table.")
    ] = None,
) -> None:
    """Write a table."""
    settings = load_settings()
    cut = None if as_of is None else parse_as_of(as_of)
    known = table_of(table).filters
    with Reader(settings) as reader:
        filters = Filters(formula, level, None if period == _ALL else period, None, cut)
        if unit is not None:
            of_index = choose(
                available(reader, None), settings.formula, explicit=False, level=None, period=None
            )
            filters = filters._replace(
                unit=find_unit(known_units(reader, formula or of_index.formula), unit).code
            )
        elif period is None and "formula" in known:
            chosen = choose(
                available(reader, cut),
                formula or settings.formula,
                explicit=formula is not None,
                level=level,
                period=None,
            )
            filters = filters._replace(formula=chosen.formula, period=chosen.period)
        content = io.BytesIO()
        rows = export_table(reader, settings, table, filters, form, content)
    if output == _STDOUT:
        sys.stdout.buffer.write(content.getvalue())
        return
    path = Path(output or f"{table}.{form}")
    try:
        path.write_bytes(content.getvalue())
    except OSError as problem:
        raise UserError(f"--output {path}: {problem.strerror}") from None
    typer.echo(f"{path}: " + (f"{rows} rows" if rows is not None else f"{len(content.getvalue())} bytes"))
