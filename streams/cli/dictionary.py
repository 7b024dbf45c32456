"""`nhip766 dictionary`: the data dictionary of the views in ClickHouse, as Markdown."""

from typing import Annotated

import typer

from schemas.index import index_versions, load_index
from streams.read.dictionary import dictionary
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Print the data dictionary: the stable views with their columns, the index, the counters; --all: every view.

\b
Examples:
  nhip766 dictionary > docs/data-dictionary.md
  nhip766 dictionary --all
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dictionary", help=HELP)(print_dictionary)


def print_dictionary(
    every: Annotated[bool, typer.Option("--all", help="Every view that readers may ask.")] = False,
) -> None:
    """Print it."""
    versions = [load_index(name) for name in sorted(index_versions())]
    with Reader(load_settings()) as reader:
        typer.echo(dictionary(reader, versions, every=every), nl=False)
