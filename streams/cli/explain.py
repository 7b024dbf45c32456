"""`nhip766 explain`: where the points of a unit come from, and where they are lost."""

import json
from typing import Annotated, Any

import typer

from streams.cli.explanation_table import explanation_view
from streams.cli.printing import console, number
from streams.read.detail import Detail
from streams.read.explanation import Explanation, read_explanation
from streams.read.moment import parse_as_of
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Explain a unit's points: of each indicator numerator, denominator, ratio, points, points lost.

UNIT is a code, a name, or a part of a name that fits one unit only; marks and capitals do not matter.

\b
Examples:
  nhip766 explain "thuan an" 2024-Q1
  nhip766 explain BD.08 2024-Q1 --as-of 2024-04-04 --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help=HELP)(explain)


def explain(
    unit: Annotated[str, typer.Argument(help="Code or part of the name of a unit.")],
    period: Annotated[str, typer.Argument(help="2024-03, 2024-Q1, 2024, R7@2024-03-31.")],
    as_of: Annotated[
        str | None, typer.Option(help="As it was then: a day (its end) or an ISO moment.")
    ] = None,
    formula: Annotated[
        str | None, typer.Option(help="Version of the index; default: NHIP766_FORMULA.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Print a unit's indicators in a period."""
    settings = load_settings()
    cut = None if as_of is None else parse_as_of(as_of)
    with Reader(settings) as reader:
        found = read_explanation(
            reader, unit, period, cut, formula=formula or settings.formula, explicit=formula is not None
        )
    if as_json:
        typer.echo(json.dumps(explanation_document(found), ensure_ascii=False))
    else:
        console().print(explanation_view(found))


def explanation_document(found: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON has it: points as numbers with two decimals at most, null where unknown."""
    ranking, place = found.ranking, found.place
    return {
        "formula": ranking.formula,
        "level": ranking.level,
        "period": ranking.period,
        "unit_code": place.unit_code,
        "unit_name": place.unit_name,
        "total": number(place.total),
        "maximum": number(place.maximum),
        "grade": place.grade or None,
        "rank": place.rank,
        "units": len(ranking.places),
        "as_of": ranking.as_of.isoformat(timespec="milliseconds"),
        "changed_at": place.as_of.isoformat(timespec="milliseconds"),
        "groups": [
            {
                "code": code,
                "score": number(place.groups.get(code)),
                "maximum": number(place.group_maxima.get(code)),
                "indicators": [_indicator_document(one) for one in details],
            }
            for code, details in found.groups
        ],
    }


def _indicator_document(one: Detail) -> dict[str, Any]:
    return {
        "code": one.indicator,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "ratio": number(one.ratio),
        "score": number(one.score),
        "maximum": number(one.maximum),
        "lost": number(one.lost),
        "policy": one.policy,
        "changed_at": one.as_of.isoformat(timespec="milliseconds"),
    }
