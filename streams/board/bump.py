"""The bump chart of a race: one line a unit, its height the rank; drawn here, played by the browser."""

import itertools
from typing import Final

from markupsafe import Markup

from streams.board.documents.race import RaceDocument, Runner
from streams.board.language import day_text
from streams.board.texts import Language, text

WIDTH: Final = 1180
LEFT: Final = 44
RIGHT: Final = 250
TOP: Final = 34
ROW: Final = 42
LABELS: Final = 7


def bump(race: RaceDocument, language: Language) -> Markup:
    """Return the chart; each line carries its ranks in `data-ranks`, so that a script can play it."""
    if len(race.days) < 2 or not race.runners:
        return Markup("")
    rows = max([len(race.runners), *(rank for one in race.runners for rank in one.ranks if rank)])
    rows = min(rows, len(race.runners) + 6)
    height = TOP + ROW * rows + 8
    lines = Markup("").join(
        _line(place, one, race, rows, told(one, language)) for place, one in enumerate(race.runners)
    )
    ranks = Markup("").join(
        Markup('<text class="axis num" x="{}" y="{}">{}</text>').format(LEFT - 26, _y(rank) + 5, rank)
        for rank in range(1, rows + 1)
    )
    ticks = Markup("").join(
        Markup(
            '<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{a}" y2="{b}"/>'
            '<text class="axis day" x="{x:.1f}" y="16">{day}</text>'
        ).format(x=_x(turn, race), a=TOP - 8, b=height - 6, day=f"{race.days[turn]:%d/%m}")
        for turn in turns(race)
    )
    return Markup(
        '<svg class="bump" viewBox="0 0 {w} {h}" role="group" aria-labelledby="bump-title" data-left="{left}"'
        ' data-right="{right}" data-days="{days}"><title id="bump-title">{title}: {first} – {last}</title>'
        '<g aria-hidden="true">{ticks}{ranks}</g>'
        '<clipPath id="played"><rect x="0" y="0" width="{w}" height="{h}"/></clipPath>{lines}</svg>'
    ).format(
        w=WIDTH,
        h=height,
        left=LEFT,
        right=WIDTH - RIGHT,
        days=" ".join(day_text(language, day).replace(" ", "\u00a0") for day in race.days),
        title=text(language, "nav.race"),
        first=day_text(language, race.days[0]),
        last=day_text(language, race.days[-1]),
        ticks=ticks,
        ranks=ranks,
        lines=lines,
    )


def turns(race: RaceDocument) -> list[int]:
    """Return the places of the days that have a label: the chart's marks, and the columns of its table."""
    return list(range(0, len(race.days), max(1, len(race.days) // LABELS)))


def told(runner: Runner, language: Language) -> str:
    """Return a line of the chart in words: the ranks at its ends, the best and the lowest between."""
    known = [rank for rank in runner.ranks if rank is not None]
    if not known:
        return text(language, "race.line.none", unit=runner.unit_name)
    return text(
        language,
        "race.line",
        unit=runner.unit_name,
        first=known[0],
        last=known[-1],
        best=min(known),
        worst=max(known),
    )


def _line(place: int, runner: Runner, race: RaceDocument, rows: int, said: str) -> Markup:
    points = [
        (_x(turn, race), _y(min(rank, rows))) for turn, rank in enumerate(runner.ranks) if rank is not None
    ]
    if not points:
        return Markup("")
    path = f"M{points[0][0]:.1f} {points[0][1]}"
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (x0 + x1) / 2
        path += f"C{middle:.1f} {y0} {middle:.1f} {y1} {x1:.1f} {y1}" if y0 != y1 else f"H{x1:.1f}"
    x, y = points[-1]
    return Markup(
        '<g class="runner c{colour}" role="img" aria-label="{said}" data-ranks="{ranks}"><title>{said}</title>'
        '<path clip-path="url(#played)" d="{path}"/>'
        '<g class="head" transform="translate({x:.1f} {y})"><circle r="6"/><text x="12" y="5">{name}</text></g></g>'
    ).format(
        colour=place % 12,
        ranks=" ".join("" if rank is None else str(_y(min(rank, rows))) for rank in runner.ranks),
        path=path,
        x=x,
        y=y,
        name=runner.unit_name,
        said=said,
    )


def _x(turn: int, race: RaceDocument) -> float:
    return LEFT + turn * (WIDTH - RIGHT - LEFT) / (len(race.days) - 1)


def _y(rank: int) -> int:
    return TOP + (rank - 1) * ROW + ROW // 2
