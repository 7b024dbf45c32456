"""The process: the reader in its own thread, a pump per channel, the digests, and the pages of health and metrics."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Final

from schemas.topics import load_topic
from streams.intake.reference_log import read_reference
from streams.log import get_logger
from streams.notify.building import build_channel, hire, now_ms
from streams.notify.database import Database
from streams.notify.digest import OpenAlert
from streams.notify.digest_clock import DigestClock
from streams.notify.digest_reader import open_alerts
from streams.notify.ledger import Ledger
from streams.notify.metrics import METERS
from streams.notify.names import Names
from streams.notify.notice import Letter
from streams.notify.pump import Pump
from streams.notify.reader import AlertReader
from streams.notify.routing_model import Digest, Routing
from streams.ops.health import Check
from streams.ops.pages import PageServer
from streams.read.reader import Reader
from streams.settings import Settings

STATE: Final = "notify.sqlite"
FORGET_SECONDS: Final = 24 * 3600.0
STOP_SECONDS: Final = 45.0
"""Time that channels have, together, to end what they are handing over."""

log = get_logger(__name__)


class Notifier:
    """Tells alerts until it is stopped.

    Raises UserError if a secret is missing, Kafka does not answer, or another notify holds the state.
    """

    def __init__(self, settings: Settings, routing: Routing) -> None:
        self._settings = settings
        self._routing = routing
        self._stopping = threading.Event()
        self._reader: AlertReader | None = None
        self._pumps: list[Pump] = []

    def run(self) -> None:
        """Run until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stopping.set())
        channels = {name: build_channel(name, it) for name, it in self._routing.channels.items()}
        with ExitStack() as stack:
            database = Database(self._settings.notify_state or self._settings.data_dir / STATE)
            stack.callback(database.close)
            names = Names(lambda: read_reference(self._settings, self._settings.kafka), time.monotonic)
            for name, channel in channels.items():
                described = self._routing.channels[name]
                hiring = partial(hire, name, described, channel, database, names.unit)
                self._pumps.append(Pump(name, hiring, described.longest_pause_seconds))
            ledger = self._ledger(database, stack)
            group = f"{self._settings.group}-notify"
            self._reader = AlertReader(self._settings.kafka, self._topic(), group, ledger)
            stack.callback(self._reader.close)
            stack.callback(self._stop_pumps)
            if self._settings.notify_metrics_port:
                stack.callback(self._serve_pages().stop)
            for pump in self._pumps:
                pump.start()
            if self._routing.digest is not None:
                stack.callback(self._start_digests(self._routing.digest, database, names).stop)
            log.info("notify started", channels=sorted(channels), routes=len(self._routing.routes))
            self._work(self._reader, ledger)
        log.info("notify stopped")

    def alive(self) -> Sequence[Check]:
        """Tell whether topic and channels have their threads, and the topic was asked lately."""
        age = time.monotonic() - self._reader.polled_at if self._reader else 0.0
        dead = [pump.name for pump in self._pumps if not pump.is_alive()]
        return (
            Check("last_poll", age <= self._settings.stall_limit, f"asked Kafka {age:.1f} s ago"),
            Check("channels", not dead, f"ended: {', '.join(dead)}" if dead else "all at work"),
        )

    def ready(self) -> Sequence[Check]:
        """Tell the same: a channel that is down is the channel's affair, and a metric."""
        return self.alive()

    def _work(self, reader: AlertReader, ledger: Ledger) -> None:
        forget_at = time.monotonic()
        while not self._stopping.is_set():
            reader.step(self._wake)
            if time.monotonic() >= forget_at:
                ledger.forget(now_ms())
                forget_at = time.monotonic() + FORGET_SECONDS

    def _wake(self) -> None:
        for pump in self._pumps:
            pump.wake()

    def _topic(self) -> str:
        return load_topic("alerts").full_name(self._settings)

    def _ledger(self, database: Database, stack: ExitStack) -> Ledger:
        connection = database.connect()
        stack.callback(connection.close)
        return Ledger(connection, self._topic(), load_topic("alerts").epoch, self._routing)

    def _stop_pumps(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for pump in self._pumps:
            pump.stop(0)
        for pump in self._pumps:
            pump.stop(max(0.0, deadline - time.monotonic()))

    def _start_digests(self, digest: Digest, database: Database, names: Names) -> DigestClock:
        def owe(letter: Letter, channels: Sequence[str]) -> None:
            with database.connection() as connection:
                ledger = Ledger(connection, self._topic(), load_topic("alerts").epoch, self._routing)
                ledger.owe_letter(letter, channels, now_ms())
            self._wake()

        def read(as_of: int) -> Mapping[str, Sequence[OpenAlert]]:
            with Reader(self._settings) as reader:
                return open_alerts(reader, as_of)

        clock = DigestClock(digest, read, names, owe, now_ms)
        clock.start()
        return clock

    def _serve_pages(self) -> PageServer:
        pages = PageServer(self._settings.notify_metrics_port, METERS, self, setting="notify_metrics_port")
        pages.start()
        log.info("metrics served", address=f"{pages.address}/metrics")
        return pages
