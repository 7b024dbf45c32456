"""Draws docs/pictures/live.svg from a live demo that has been up for some minutes: `make picture ARGS=live`."""

import threading
from io import StringIO
from pathlib import Path

from frame import FRAME
from rich.console import Console

from streams.cli.live_screen import LiveScreen
from streams.read.reader import Reader
from streams.scenarios.binh_duong.live import CODES, LiveStory
from streams.settings import load_settings

WIDTH = 110
HEIGHT = 40
LOOKS = 90
HERE = Path(__file__).parent


def main() -> None:
    """Watch for a minute and a half, then draw what the terminal shows."""
    console = Console(record=True, width=WIDTH, height=HEIGHT, file=StringIO(), force_terminal=True)
    with Reader(load_settings()) as reader:
        screen = LiveScreen(console, LiveStory.title_vi, LiveStory.formula, CODES, reader)
        for _ in range(LOOKS):
            screen.take()
            threading.Event().wait(1.0)
        console.print(screen.view(None))
    picture = console.export_svg(title="nhip766 demo --live", code_format=FRAME, unique_id="l")
    (HERE / "live.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
