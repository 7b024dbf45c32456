"""`nhip766 rank`: the ranking of the units of a level, as ClickHouse holds it."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from streams.cli.printing import console, number
from streams.cli.ranking_table import ranking_view
from streams.read.choice import available, choose
from streams.read.moment import parse_as_of
from streams.read.ranking import Place, Ranking, read_ranking
from streams.read.reader import Reader
from streams.settings import load_settings

HELP = """Rank the units of a level by their points, equal points sharing a rank (1-2-2-4).

Without --period: the month, quarter or year that ended last, the longest of those that ended together.
Without --level: districts where there are any, else communes.

\b
Examples:
  nhip766 rank
  nhip766 rank --level commune --period 2026-08 --json
  nhip766 rank --period 2024-Q1 --as-of 2024-04-04      as it was at the end of that day
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rank", help=HELP)(rank)


def rank(
    level: Annotated[str | None, typer.Option(help="province, department, district or commune.")] = None,
    period: Annotated[str | None, typer.Option(help="2024-03, 2024-Q1, 2024, R7@2024-03-31.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it was then: a day (its end) or an ISO moment.")
    ] = None,
    formula: Annotated[
        str | None, typer.Option(help="Version of the index; default: NHIP766_FORMULA.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Print the ranking."""
    settings = load_settings()
    cut = None if as_of is None else parse_as_of(as_of)
    with Reader(settings) as reader:
        choice = choose(
            available(reader, cut),
            formula or settings.formula,
            explicit=formula is not None,
            level=level,
            period=period,
        )
        found = read_ranking(reader, choice, cut)
    if as_json:
        typer.echo(json.dumps(ranking_document(found), ensure_ascii=False))
    else:
        screen = console()
        screen.print(ranking_view(found, screen.width))


def ranking_document(found: Ranking) -> dict[str, Any]:
    """Return a ranking as JSON has it: points as numbers with two decimals at most, null where unknown."""
    return {
        "formula": found.formula,
        "level": found.level,
        "period": found.period,
        "previous_period": found.previous_period,
        "as_of": _iso(found.as_of),
        "units": [_unit(place) for place in found.places],
    }


def _unit(place: Place) -> dict[str, Any]:
    return {
        "rank": place.rank,
        "previous_rank": place.previous_rank,
        "rank_movement": place.rank_movement,
        "unit_code": place.unit_code,
        "unit_name": place.unit_name,
        "total": number(place.total),
        "maximum": number(place.maximum),
        "grade": place.grade or None,
        "previous_total": number(place.previous_total),
        "score_delta": number(place.score_delta),
        "groups": {code: number(score) for code, score in place.groups.items()},
        "group_ranks": dict(place.group_ranks),
        "final": bool(place.final),
        "changed_at": _iso(place.as_of),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
