"""A ranking as people read it in a terminal, in Vietnamese."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.index import IndexVersion
from streams.cli.printing import MISSING, decimal
from streams.read.moment import shown
from streams.read.ranking import Place, Ranking
from streams.read.words import LEVEL_NAMES, grade_name, index_of, period_name

WIDE = 100
"""Columns of a terminal from which the change of points is shown as well."""


def ranking_view(found: Ranking, width: int, *, groups: bool = True) -> Group:
    """Return a ranking as people read it, in Vietnamese, for a terminal of some width, its groups or not."""
    index = index_of(found.formula)
    codes = _group_codes(found, index) if groups else []
    wide = width >= WIDE
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Hạng", justify="right")
    table.add_column("±", justify="right")
    table.add_column("Đơn vị", ratio=1, overflow="fold")
    table.add_column("Tổng", justify="right", style="bold")
    if wide:
        table.add_column("So kỳ trước", justify="right")
    table.add_column("Xếp loại", no_wrap=True)
    for code in codes:
        table.add_column(code, justify="right", no_wrap=True)
    for place in found.places:
        delta = [_signed(place)] if wide else []
        table.add_row(
            str(place.rank) if place.rank is not None else MISSING,
            _movement(place.rank_movement),
            place.unit_name,
            decimal(place.total),
            *delta,
            grade_name(index, place.grade) or MISSING,
            *(decimal(place.groups.get(code)) for code in codes),
        )
    title = f"Xếp hạng {LEVEL_NAMES.get(found.level, found.level)}, {period_name(found.period)}"
    return Group(
        Text(title, style="bold"),
        table,
        Text(
            f"Tính đến {shown(found.as_of)} · {_compared(found)} · {found.formula}",
            style="dim",
        ),
    )


def _group_codes(found: Ranking, index: IndexVersion | None) -> list[str]:
    if index is not None:
        return [group.code for group in index.groups]
    return sorted({code for place in found.places for code in place.group_maxima})


def _compared(found: Ranking) -> str:
    if any(place.previous_total is not None for place in found.places):
        return f"so với {period_name(found.previous_period)}"
    return "chưa có kỳ trước để so"


def _movement(places: int | None) -> Text:
    if places is None:
        return Text(MISSING, style="dim")
    if places == 0:
        return Text("=", style="dim")
    return Text(f"▲{places}", style="green") if places > 0 else Text(f"▼{-places}", style="red")


def _signed(place: Place) -> str:
    return MISSING if place.score_delta is None else f"{place.score_delta:+.2f}"
