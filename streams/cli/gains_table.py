"""Where points are, as people read it in a terminal, in Vietnamese."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from streams.cli.printing import MISSING, count, decimal
from streams.core.rounding import from_hundredths
from streams.core.scoring import ScoreCard
from streams.insight.documents import card_document
from streams.insight.gains import Opportunities, Opportunity
from streams.insight.words import advice, how, indicators_of
from streams.read.explanation import Explanation
from streams.read.moment import shown
from streams.read.words import grade_name, period_name

_FIGURES = ("Mất", "1 hồ sơ", "Trọn điểm", "Lên hạng", "Lên loại")


def gains_view(found: Opportunities) -> Group:
    """Return head, table, and what to do for each indicator."""
    place, ranking = found.explanation.place, found.explanation.ranking
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("Chỉ số", ratio=1, overflow="fold")
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    names = indicators_of(found.version)
    for one in found.found:
        gain = one.gain
        table.add_row(
            Text(names[gain.indicator].doc_id or "", style="dim"),
            names[gain.indicator].name_vi,
            decimal(from_hundredths(gain.lost)),
            f"+{gain.per_one / 10_000:.4f}",
            *(_needed(number) for number in (gain.for_target, gain.for_rank, gain.for_grade)),
        )
    return Group(
        Text(f"{place.unit_name}, {period_name(ranking.period)}: điểm nằm ở đâu", style="bold"),
        Text(_goals(found)),
        table,
        *(_details(one) for one in found.found),
        Text(f"Tính đến {shown(ranking.as_of)} · {ranking.formula}", style="dim"),
    )


def what_if_view(found: Explanation, card: ScoreCard) -> Group:
    """Return what a unit would score."""
    document = card_document(found, card)
    answer = document["what_if"]
    names = indicators_of(found.version)
    lines = [
        f"  {names[one['code']].name_vi}: {one['change']:+.2f}"
        for one in answer["indicators"]
        if one["change"]
    ]
    total = MISSING if answer["total"] is None else f"{answer['total']:.2f}"
    change = MISSING if answer["change"] is None else f"{answer['change']:+.2f}"
    return Group(
        Text(f"{found.place.unit_name}, {period_name(found.ranking.period)}: giả định", style="bold"),
        Text(
            f"{decimal(found.place.total)} → {total} ({change}) · "
            f"{grade_name(found.version, answer['grade'] or '') or 'chưa xếp loại'} · "
            f"hạng {count(found.place.rank)} → {count(answer['rank'])} nếu các đơn vị khác giữ nguyên"
        ),
        Text("\n".join(lines) or "  không chỉ số nào đổi điểm"),
    )


def _needed(number: int | None) -> str:
    return MISSING if number is None else str(number)


def _goals(found: Opportunities) -> str:
    place = found.explanation.place
    goals = [f"{decimal(place.total)} điểm, hạng {count(place.rank)}"]
    if found.goals.rank is not None:
        goals.append(f"lên hạng từ {from_hundredths(found.goals.rank)}")
    if found.goals.grade is not None:
        goals.append(f"lên loại từ {from_hundredths(found.goals.grade)}")
    return " · ".join(goals)


def _details(one: Opportunity) -> Text:
    gain = one.gain
    text = Text(f"{advice(gain.counter)} ({how(gain.how)}): thiếu {gain.missed} / {gain.denominator}\n")
    if one.peer is not None:
        peer = one.peer
        text.append(
            f"  Học {peer.unit_name}: {peer.numerator} / {peer.denominator} = {peer.ratio:.2f}%\n",
            style="green",
        )
    for each in one.work:
        due = "" if each.due_at is None else f", hạn {shown(each.due_at)}"
        reason = "có nguy cơ" if each.reason == "at_risk" else "chưa tính"
        text.append(f"  {each.code} ({reason}{due})\n", style="dim")
    text.rstrip()
    return text
