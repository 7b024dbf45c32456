"""The thread of one channel: it works its courier, pauses longer and longer while the channel is down, and stops.

A channel that is down, slow or broken delays nobody else: no two channels share a thread, and nobody waits for one.
"""

import threading
from collections.abc import Callable
from typing import Final

from streams.log import get_logger
from streams.notify import metrics
from streams.notify.courier import Courier
from streams.notify.notice import ChannelDownError

FIRST_PAUSE: Final = 1.0
"""Seconds after the first failure; doubled after each further one."""

log = get_logger(__name__)


class Pump:
    """Serves a channel from `start` to `stop`.

    Args:
        name: of the channel.
        hire: makes its courier, in the thread of the pump (its connection to the state belongs there).
        longest_pause: seconds that pauses grow to.
    """

    def __init__(self, name: str, hire: Callable[[], Courier], longest_pause: float) -> None:
        self.name = name
        self._hire = hire
        self._longest = longest_pause
        self._pause = 0.0
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"channel-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        metrics.CHANNEL_UP.labels(self.name).set(1)
        self._thread.start()

    def wake(self) -> None:
        """Tell it that something new is owed; a pause after a failure goes on."""
        self._news.set()

    def stop(self, seconds: float) -> None:
        """Ask it to stop and wait for what it is handing over, so long; what is then not noted stays owed."""
        self._stopping.set()
        self._news.set()
        self._thread.join(seconds)

    def is_alive(self) -> bool:
        """Tell whether the thread is there."""
        return self._thread.is_alive()

    def _run(self) -> None:
        courier = self._hire()
        while not self._stopping.is_set():
            self._news.clear()
            wait = self._step(courier)
            metrics.OWED.labels(self.name).set(courier.outbox.backlog())
            if self._pause:
                self._stopping.wait(self._pause)
            else:
                self._news.wait(wait)
        courier.channel.close()

    def _step(self, courier: Courier) -> float:
        try:
            wait = courier.step()
        except ChannelDownError as problem:
            self._failed()
            log.warning("channel is down", channel=self.name, said=str(problem), again_in_seconds=self._pause)
            return self._pause
        except Exception:
            self._failed()
            log.exception("channel failed", channel=self.name, again_in_seconds=self._pause)
            return self._pause
        if self._pause:
            log.info("channel is up again", channel=self.name)
        self._pause = 0.0
        metrics.CHANNEL_UP.labels(self.name).set(1)
        return wait

    def _failed(self) -> None:
        self._pause = min(2 * self._pause or FIRST_PAUSE, self._longest)
        metrics.CHANNEL_UP.labels(self.name).set(0)
        metrics.FAILURES.labels(self.name).inc()
