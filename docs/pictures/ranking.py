"""Draws docs/pictures/ranking.svg from a demo that is up: `make picture` in another terminal."""

from io import StringIO
from pathlib import Path

from frame import FRAME
from rich.console import Console

from streams.cli.ranking_table import ranking_view
from streams.read.choice import Choice
from streams.read.moment import parse_as_of
from streams.read.ranking import read_ranking
from streams.read.reader import Reader
from streams.settings import load_settings

WIDTH = 100
HERE = Path(__file__).parent


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
