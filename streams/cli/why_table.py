"""Why a total moved, as people read it in a terminal, in Vietnamese."""

from datetime import datetime

from rich.console import Group
from rich.table import Table
from rich.text import Text

from streams.cli.printing import count, decimal
from streams.core.periods import LOCAL
from streams.insight.rivals import Rival
from streams.insight.why import Cause, Why
from streams.insight.words import cause, indicators_of
from streams.read.moment import shown
from streams.read.words import period_name


def why_view(found: Why, most: int) -> Group:
    """Return head, indicators, causes and the lines that close the sum."""
    before, after = found.before.place, found.after.place
    names = indicators_of(found.after.version)
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Điểm", justify="right", no_wrap=True)
    table.add_column("Do đâu", ratio=1, overflow="fold")
    for code, credit in sorted(found.indicators.items(), key=lambda item: (-abs(item[1]), item[0])):
        if credit:
            table.add_row(_signed(credit), names[code].name_vi)
    table.add_section()
    for one in found.causes[:most]:
        table.add_row(_signed(one.credit), _story(one))
    rest = found.causes[most:]
    if rest:
        credit = sum(one.credit for one in rest)
        table.add_row(_signed(credit), Text(f"{len(rest)} hồ sơ, phản ánh khác", style="dim"))
    if found.catalogue:
        table.add_row(_signed(found.catalogue), "danh mục thủ tục, dịch vụ thay đổi")
    if found.unexplained:
        table.add_row(_signed(found.unexplained), Text("kho sự kiện chưa giải thích được", style="red"))
    return Group(
        Text(f"{after.unit_name}, {period_name(found.after.ranking.period)}: vì sao đổi điểm", style="bold"),
        Text(
            f"{shown(found.since)} → {shown(found.until)}: "
            f"{decimal(before.total)} → {decimal(after.total)} điểm, "
            f"hạng {count(before.rank)} → {count(after.rank)}"
        ),
        *_rivals(found),
        table,
    )


def _rivals(found: Why) -> list[Text]:
    told = (
        ("Bị vượt hoặc đuổi kịp bởi", found.rivals.passed_by, "red"),
        ("Vượt hoặc đuổi kịp", found.rivals.passed, "green"),
    )
    return [
        Text(f"{words}: " + ", ".join(_rival(one) for one in there), style=style)
        for words, there, style in told
        if there
    ]


def _rival(one: Rival) -> str:
    return (
        f"{one.after.unit_name} (hạng {count(one.before.rank)} → {count(one.after.rank)},"
        f" {decimal(one.before.total)} → {decimal(one.after.total)})"
    )


def _story(one: Cause) -> Text:
    text = Text(one.key[2:] + ": ")
    told = [
        f"{cause(step.change.cause)} {_when(step.change.at)}"
        for step in one.steps
        if step.change is not None and step.moved
    ]
    return text.append("; ".join(told), style="dim")


def _when(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, LOCAL):%d/%m %H:%M}"


def _signed(credit: int) -> Text:
    style = "green" if credit > 0 else "red" if credit < 0 else "dim"
    return Text(f"{credit / 100:+.2f}", style=style)
