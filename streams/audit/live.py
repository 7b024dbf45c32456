"""What readers see: the stored rows of scores and indicators as cells, and how far rows are."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from streams.audit.cells import FIELDS, Cell, Cells
from streams.core.periods import moment
from streams.core.rounding import to_hundredths
from streams.read.moment import literal
from streams.read.reader import Reader


class Stored(NamedTuple):
    """The cells of stored rows, and the newest moment (ms) any of them is of."""

    cells: Cells
    newest: int


def stored_cells(reader: Reader, formula: str, periods: Iterable[str], at: datetime | None) -> Stored:
    """Return the rows of some periods under a version of the index: as they are, or as they were at a moment."""
    given: dict[str, Any] = {"formula": formula, "periods": tuple(periods)}
    given["cut"] = "" if at is None else literal(at)
    found: Cells = {}
    newest = 0
    for row in _rows(
        reader, "scores", "unit_code, period, total, grade, groups, group_maxima, as_of", given, at
    ):
        place = row["unit_code"], row["period"]
        found[Cell(*place, "total")] = _hundredths(row["total"])
        found[Cell(*place, "grade")] = row["grade"]
        for group in row["group_maxima"]:
            found[Cell(*place, f"group {group}")] = _hundredths(row["groups"].get(group))
        newest = max(newest, moment(row["as_of"]))
    columns = "unit_code, period, indicator, numerator, denominator, ratio, score, as_of"
    for row in _rows(reader, "indicator_detail", columns, given, at):
        for field in FIELDS:
            cell = Cell(row["unit_code"], row["period"], f"{row['indicator']} {field}")
            found[cell] = _hundredths(row[field])
        newest = max(newest, moment(row["as_of"]))
    return Stored(found, newest)


def _rows(
    reader: Reader, view: str, columns: str, given: Mapping[str, Any], at: datetime | None
) -> list[dict[str, Any]]:
    source = view if at is None else f"{view}_at(as_of = %(cut)s)"
    return reader.rows(
        f"SELECT {columns} FROM {source} WHERE formula = %(formula)s AND period IN %(periods)s",  # noqa: S608 - ours
        given,
    )


def _hundredths(value: Decimal | int | None) -> int | None:
    return to_hundredths(value) if isinstance(value, Decimal) else value


def fact_offsets(reader: Reader, epoch: int) -> Iterator[tuple[str, int, int]]:
    """Give key (`d:` or `p:` and the code), source partition and offset of every stored row of an epoch."""
    for prefix, code, table in (
        ("d:", "dossier_code", "dossier_facts"),
        ("p:", "petition_code", "petition_facts"),
    ):
        rows = reader.rows(
            f"SELECT {code} AS code, source_partition, source_offset FROM {table} WHERE epoch = %(epoch)s",  # noqa: S608
            {"epoch": epoch},
        )
        for row in rows:
            yield prefix + row["code"], row["source_partition"], row["source_offset"]


def facts_reached(reader: Reader, epoch: int, topic: str) -> dict[int, int]:
    """Return the offset up to which the rows of all facts are in, by source partition."""
    rows = reader.rows(
        "SELECT source_partition, max(source_offset) AS reached FROM sink_progress"
        " WHERE epoch = %(epoch)s AND topic = %(topic)s GROUP BY source_partition",
        {"epoch": epoch, "topic": topic},
    )
    return {row["source_partition"]: row["reached"] for row in rows}
