"""`nhip766 gains`: where the points of a unit are, and the dossiers to work on."""

import json
from typing import Annotated

import typer

from streams.cli.gains_table import gains_view, what_if_view
from streams.cli.printing import console
from streams.errors import UserError
from streams.insight.documents import card_document, opportunities_document
from streams.insight.gains import read_opportunities, rescored
from streams.read.choice import available, choose
from streams.read.explanation import read_explanation
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Show where the points of a unit are: what one more dossier is worth, and how many reach the target, the next
rank, the next grade; the dossiers to work on; the best unit to learn from. With --what-if: what it would score.

UNIT is a code, a name, or a part of a name that fits one unit only; marks and capitals do not matter.

\b
Examples:
  nhip766 gains "thuan an" 2024-Q1
  nhip766 gains BD.08 2024-Q1 --work 20 --json
  nhip766 gains "thuan an" 2024-Q1 --as-of 2024-02-29
  nhip766 gains "thuan an" 2024-Q1 --what-if digitized=4100 --what-if on_time=4300
"""

_MOST = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gains", help=HELP)(gains)


def gains(
    unit: Annotated[str, typer.Argument(help="Code or part of the name of a unit.")],
    period: Annotated[
        str | None, typer.Argument(help="2024-03, 2024-Q1, 2024, R7@2024-03-31; default: as `rank`.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="COUNTER=COUNT, e.g. digitized=4100; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="As it was then: a day (its end) or an ISO moment; lists no dossiers."),
    ] = None,
    work: Annotated[int, typer.Option(help="Dossiers listed for each indicator.", min=0, max=_MOST)] = 5,
    formula: Annotated[
        str | None, typer.Option(help="Version of the index; default: NHIP766_FORMULA.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Print where a unit can gain, or what it would score."""
    settings = load_settings()
    if formula is not None:
        settings = settings.model_copy(update={"formula": formula})
    explicit = formula is not None
    cut = None if as_of is None else parse_as_of(as_of)
    asked = _changes(changes or [])
    with Reader(settings) as reader:
        chosen = choose(
            available(reader, cut), settings.formula, explicit=explicit, level=None, period=period
        )
        if asked:
            found = read_explanation(
                reader, unit, chosen.period, cut, formula=settings.formula, explicit=explicit
            )
            card = rescored(found, asked)
            if as_json:
                typer.echo(json.dumps(card_document(found, card), ensure_ascii=False))
            else:
                console().print(what_if_view(found, card))
            return
        there = read_opportunities(reader, settings, unit, chosen.period, cut, explicit=explicit, most=work)
    if as_json:
        typer.echo(json.dumps(opportunities_document(there), ensure_ascii=False))
    else:
        console().print(gains_view(there))


def _changes(said: list[str]) -> dict[str, int]:
    """Return the counters and counts that were said; raises UserError for what is not COUNTER=COUNT."""
    found: dict[str, int] = {}
    for one in said:
        name, equals, count = one.partition("=")
        if not equals or not count.strip().isdecimal():
            raise UserError(f"--what-if {one}: say COUNTER=COUNT, e.g. digitized=4100")
        found[name.strip()] = int(count)
    return found
