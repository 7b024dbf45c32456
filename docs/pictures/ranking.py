"""Draws docs/pictures/ranking.svg from a demo that is up: `make picture` in another terminal."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from streams.cli.ranking_table import ranking_view
from streams.read.choice import Choice
from streams.read.moment import parse_as_of
from streams.read.ranking import read_ranking
from streams.read.reader import Reader
from streams.settings import load_settings

WIDTH = 100
HERE = Path(__file__).parent
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: 'Fira Code', 'DejaVu Sans Mono', monospace; font-size: {char_height}px;
line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def main() -> None:
    """Read the published ranking of the first quarter of 2024 and draw it as the terminal shows it."""
    with Reader(load_settings()) as reader:
        choice = Choice("article-2024", "district", "2024-Q1")
        ranking = read_ranking(reader, choice, parse_as_of("2024-04-04"))
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(ranking_view(ranking, WIDTH))
    picture = console.export_svg(title="nhip766 rank --period 2024-Q1", code_format=FRAME, unique_id="r")
    (HERE / "ranking.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
