"""The tables of `docs/binh-duong.md`, made from the data: `python -m streams.scenarios.binh_duong.table`."""

import sys
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal

from streams.core.ranking import rank
from streams.scenarios.binh_duong import catalogue
from streams.scenarios.binh_duong.catalogue import GROUPS, Cohort

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
HEADINGS = {
    "end-of-2023": "Cuối năm 2023 / end of 2023",
    "published": "Quý I/2024, công bố 04/4 / first quarter, published on 4 April",
    "recomputed": "Quý I/2024, tính lại 10/4 / first quarter, computed again on 10 April",
}
FIELDS = tuple(field.name for field in fields(Cohort) if field.name not in ("unit", "cohort"))


def tables() -> str:
    """Expected scores of the nine districts at each checkpoint, then the planned dossiers of each cohort."""
    blocks = ["\n".join(_scores(checkpoint, heading)) for checkpoint, heading in HEADINGS.items()]
    return "\n\n".join((*blocks, "\n".join(_dossiers())))


def _scores(checkpoint: str, heading: str) -> Iterator[str]:
    rows = [row for row in catalogue.expected() if row.checkpoint == checkpoint]
    ranks = rank({row.unit: int(row.total * 100) for row in rows})
    names = _names()
    yield f"**{heading}**\n"
    yield f"| hạng | đơn vị | {' | '.join(GROUPS)} | tổng |"
    yield f"|---:|---|{'---:|' * len(GROUPS)}---:|"
    for row in sorted(rows, key=lambda row: (ranks[row.unit], row.unit)):
        scores = " | ".join(str(row.groups[group]) for group in GROUPS)
        yield f"| {ranks[row.unit]} | {names[row.unit]} | {scores} | {_bold(row.total)} |"


def _dossiers() -> Iterator[str]:
    names = _names()
    yield "**Hồ sơ theo kế hoạch / planned dossiers**\n"
    yield f"| đơn vị | nhóm thời gian | {' | '.join(FIELDS)} |"
    yield f"|---|---|{'---:|' * len(FIELDS)}"
    for row in catalogue.cohorts():
        figures = " | ".join(str(getattr(row, field)) for field in FIELDS)
        yield f"| {names[row.unit]} | {row.cohort} | {figures} |"


def _names() -> dict[str, str]:
    """Names of the districts on the day of publication."""
    return {row.code: row.name for row in catalogue.unit_rows() if row.valid_from < "2024-04-04"}


def _bold(total: Decimal) -> str:
    return f"**{total}**"


if __name__ == "__main__":
    sys.stdout.write(tables() + "\n")
