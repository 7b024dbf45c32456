"""`nhip766 why`: why the total of a unit moved between two moments."""

import json
from typing import Annotated

import typer

from streams.cli.printing import console
from streams.cli.why_table import why_view
from streams.insight.documents import why_document
from streams.insight.why import read_why
from streams.read.choice import available, choose
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Explain why a unit's total moved between two moments, by indicator and down to dossiers and petitions.

Changes are applied in the order in which they reached us; each is credited with the step that the rounded total made,
so they add up to the cent. Without --to: now; without --from: a day before that.

\b
Examples:
  nhip766 why "thuan an" 2024-Q1 --from 2024-03-20 --to 2024-03-29
  nhip766 why BD.08 --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("why", help=HELP)(why)


def why(
    unit: Annotated[str, typer.Argument(help="Code or part of the name of a unit.")],
    period: Annotated[
        str | None, typer.Argument(help="2024-03, 2024-Q1, 2024, R7@2024-03-31; default: as `rank`.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="A day (its end) or an ISO moment.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="A day (its end) or an ISO moment.")] = None,
    most: Annotated[int, typer.Option(help="Dossiers and petitions shown.", min=0)] = 20,
    formula: Annotated[
        str | None, typer.Option(help="Version of the index; default: NHIP766_FORMULA.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Print why a total moved."""
    settings = load_settings()
    if formula is not None:
        settings = settings.model_copy(update={"formula": formula})
    begin = None if since is None else parse_as_of(since)
    end = None if until is None else parse_as_of(until)
    explicit = formula is not None
    with Reader(settings) as reader:
        chosen = choose(
            available(reader, end), settings.formula, explicit=explicit, level=None, period=period
        )
        found = read_why(reader, settings, unit, chosen.period, begin, end, explicit=explicit)
    if as_json:
        typer.echo(json.dumps(why_document(found, most), ensure_ascii=False))
    else:
        console().print(why_view(found, most))
