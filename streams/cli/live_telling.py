"""Tells the live story of `nhip766 demo --live` to Kafka: each event when its time has come."""

import threading
import time
from collections.abc import Callable
from typing import Final

from rich.console import Console

from streams.cli.live_screen import LiveScreen
from streams.intake.producer import EventProducer
from streams.read.reader import Reader
from streams.scenarios.binh_duong.live import CODES, LiveStory
from streams.settings import Settings

BEAT_SECONDS: Final = 0.25
"""Seconds between two rounds of sending."""


def tell_live(
    story: LiveStory,
    settings: Settings,
    console: Console,
    *,
    prepared: Callable[[], None],
    alive: Callable[[], None],
    seconds: float | None,
) -> int:
    """Tell until Ctrl-C, or for so many seconds; return how many events were sent.

    `prepared` hears that the reference data is sent (the worker may start); `alive` raises when going on is in vain.
    """
    sent = 0
    title = f"{story.title_vi} · http://{settings.board_host}:{settings.board_port}/"
    until = None if seconds is None else time.monotonic() + seconds
    with EventProducer(settings, settings.kafka) as producer:
        for record in story.reference():
            producer.send_reference(record)
        producer.flush()
        prepared()
        with (
            Reader(settings) as reader,
            LiveScreen(console, title, story.formula, CODES, reader) as screen,
        ):
            for told, event in story.deliveries():
                while told > time.time():
                    if until is not None and time.monotonic() >= until:
                        return sent
                    alive()
                    screen.look(sent)
                    threading.Event().wait(BEAT_SECONDS)
                producer.send_event(event)
                sent += 1
    return sent
