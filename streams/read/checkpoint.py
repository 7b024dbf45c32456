"""Reads what ClickHouse says at a checkpoint of a scenario: rankings of every level, and indicators."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from streams.read.choice import Choice, available
from streams.read.moment import literal
from streams.read.ranking import read_ranking
from streams.read.reader import Reader
from streams.scenarios.base import (
    Checkpoint,
    Figure,
    IndicatorField,
    Value,
    indicator_readings,
    ranking_readings,
)


def read_checkpoint(reader: Reader, formula: str, checkpoint: Checkpoint) -> dict[Figure, Value]:
    """Return every figure of a period: now, or as it was stored at the moment the checkpoint names."""
    found = dict(_indicators(reader, formula, checkpoint))
    for one in available(reader, checkpoint.stored_at):
        if (one.formula, one.period) == (formula, checkpoint.period):
            found.update(_ranking(reader, Choice(formula, one.level, one.period), checkpoint))
    return found


def _ranking(reader: Reader, choice: Choice, checkpoint: Checkpoint) -> Mapping[Figure, Value]:
    found: dict[Figure, Value] = {}
    for place in read_ranking(reader, choice, checkpoint.stored_at).places:
        at = (checkpoint.name, checkpoint.period, place.unit_code)
        groups = {code: place.groups.get(code) for code in place.group_maxima}
        found.update(ranking_readings(at, place.total, place.rank, place.grade or None, groups))
    return found


def _indicators(reader: Reader, formula: str, checkpoint: Checkpoint) -> Mapping[Figure, Value]:
    cut = checkpoint.stored_at
    source = "indicator_detail" if cut is None else "indicator_detail_at(as_of = %(cut)s)"
    rows = reader.rows(
        f"SELECT unit_code, indicator, numerator, denominator, ratio, score FROM {source}"  # noqa: S608 - ours
        " WHERE formula = %(formula)s AND period = %(period)s",
        {"formula": formula, "period": checkpoint.period, "cut": "" if cut is None else literal(cut)},
    )
    found: dict[Figure, Value] = {}
    for row in rows:
        at = (checkpoint.name, checkpoint.period, row.pop("unit_code"))
        indicator = row.pop("indicator")
        found.update(
            indicator_readings(at, indicator, cast("Mapping[IndicatorField, Decimal | int | None]", row))
        )
    return found
