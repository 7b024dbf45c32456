"""An explanation of a unit's points as people read it in a terminal, in Vietnamese."""

from collections.abc import Mapping
from decimal import Decimal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from schemas.index import Indicator
from streams.cli.printing import MISSING, count, decimal
from streams.read.detail import Detail
from streams.read.explanation import Explanation
from streams.read.moment import shown
from streams.read.words import LEVEL_NAMES, grade_name, period_name

_POLICIES = {"INHERIT": "theo tỉnh", "AWARD_MAX": "trao trọn điểm", "ZERO": "không tính ở cấp này"}
_FIGURES = ("Tử số", "Mẫu số", "Tỷ lệ %", "Điểm", "Tối đa", "Mất")
_WORST = 3

Names = Mapping[str, Indicator]


def explanation_view(found: Explanation) -> Group:
    """Return head, table and foot of an explanation."""
    place, version = found.place, found.version
    names: Names = {} if version is None else {one.code: one for _, one in version.indicators()}
    return Group(
        Text(f"{place.unit_name}, {period_name(found.ranking.period)}", style="bold"),
        Text(_summary(found)),
        _table(found, names),
        Text(_worst(found, names), style="dim"),
        Text(f"Tính đến {shown(found.ranking.as_of)} · {found.ranking.formula}", style="dim"),
    )


def _table(found: Explanation, names: Names) -> Table:
    titles = {} if found.version is None else {group.code: group.name_vi for group in found.version.groups}
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("Chỉ số", ratio=1, overflow="fold")
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    for group in found.groups:
        score, maximum = found.place.groups.get(group.code), found.place.group_maxima.get(group.code)
        lost = None if score is None or maximum is None else maximum - score
        title = f"{group.code} · {titles[group.code]}" if group.code in titles else group.code
        table.add_row("", title, "", "", "", decimal(score), decimal(maximum), _lost(lost), style="bold")
        for one in group.indicators:
            table.add_row(Text(_number(one, names), style="dim"), _name(one, names), *_figures(one))
    return table


def _figures(one: Detail) -> tuple[str | Text, ...]:
    return (
        count(one.numerator),
        count(one.denominator),
        decimal(one.ratio),
        decimal(one.score),
        decimal(one.maximum),
        _lost(one.lost),
    )


def _number(one: Detail, names: Names) -> str:
    known = names.get(one.indicator)
    return (known.doc_id if known is not None else None) or ""


def _name(one: Detail, names: Names) -> Text:
    known = names.get(one.indicator)
    name = Text(one.indicator if known is None else known.name_vi)
    if one.policy in _POLICIES:
        name.append(f" ({_POLICIES[one.policy]})", style="dim")
    return name


def _summary(found: Explanation) -> str:
    place = found.place
    grade = grade_name(found.version, place.grade) or "chưa xếp loại"
    rank = MISSING if place.rank is None else str(place.rank)
    level = LEVEL_NAMES.get(found.ranking.level, found.ranking.level)
    return (
        f"{decimal(place.total)} / {decimal(place.maximum)} điểm · {grade} · "
        f"hạng {rank} trong {len(found.ranking.places)} đơn vị {level}"
    )


def _worst(found: Explanation, names: Names) -> str:
    losing = [one for group in found.groups for one in group.indicators if one.lost > 0]
    worst = sorted(losing, key=lambda one: (-one.lost, one.indicator))[:_WORST]
    if not worst:
        return "Không mất điểm ở chỉ số nào"
    return "Mất nhiều nhất: " + " · ".join(
        f"{_number(one, names) or one.indicator} ({one.lost:.2f})" for one in worst
    )


def _lost(value: Decimal | None) -> Text:
    if value is None:
        return Text(MISSING)
    return Text(f"{value:.2f}", style="red" if value > 0 else "dim")
