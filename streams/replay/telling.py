"""Sends a spooled past: events in the order in which they were recorded, and the time to every partition."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from schemas.events.clock import ClockTick
from streams.core.periods import DAY_MS, LOCAL_OFFSET_MS
from streams.intake.producer import EventProducer
from streams.replay.spool import Spool

Step = Literal["hour", "day"]
STEPS: Final[dict[Step, int]] = {"hour": 3_600_000, "day": DAY_MS}
EVENTS_AT_ONCE: Final = 5_000
TICKS_AT_ONCE: Final = 20


class Telling:
    """One replay of a spool, from where it stopped.

    A tick is the last millisecond of each local hour or day: it shows what was known when that ended. Events recorded
    later than `until` (epoch ms) are sent before the last tick, at `until`, which ends the replay. The first tick is
    that of the first event, or of `since`: what was recorded before is sent before it.
    """

    def __init__(
        self, spool: Spool, producer: EventProducer, step: Step, until: int, since: int | None = None
    ) -> None:
        self._spool = spool
        self._producer = producer
        self._step = STEPS[step]
        self._until = until
        self._events: int = spool.noted("events", 0)
        self._ticks: int = spool.noted("ticks", 0)
        self._place: tuple[int, int] = tuple(spool.noted("place", (-(2**62), 0)))
        first = spool.first_at() if since is None else since
        self._next: int = spool.noted("next_tick") or self._end_of_step(until if first is None else first)
        self._unnoted = 0

    def _end_of_step(self, at: int) -> int:
        """Return the last millisecond of the local hour or day of a moment."""
        return (at + LOCAL_OFFSET_MS) // self._step * self._step + self._step - LOCAL_OFFSET_MS - 1

    def run(self, progress: Callable[[int], None]) -> None:
        """Send everything that was not sent yet; `progress` is told how many events are sent."""
        for event in self._spool.after(*self._place):
            while self._next < event.at and self._next < self._until:
                self._tick(self._next)
                self._next += self._step
            self._producer.send_as_is(event.key, event.raw)
            self._place = event.at, event.number
            self._events += 1
            self._unnoted += 1
            if self._unnoted >= EVENTS_AT_ONCE:
                self._note()
                progress(self._events)
        while self._next < self._until:
            self._tick(self._next)
            self._next += self._step
        self._tick(self._until, last=True)
        self._note(sent=True)
        progress(self._events)

    def _tick(self, at: int, *, last: bool = False) -> None:
        when = datetime.fromtimestamp(at / 1000, UTC)
        self._producer.send_tick(
            ClockTick(v=1, event_id=f"replay-{at}", source="replay", recorded_at=when, at=when, last=last)
        )
        self._ticks += 1
        self._unnoted += EVENTS_AT_ONCE // TICKS_AT_ONCE

    def _note(self, **more: bool) -> None:
        """Remember how far it is, once all that was sent is acknowledged."""
        self._producer.flush()
        self._spool.note(
            events=self._events, ticks=self._ticks, place=self._place, next_tick=self._next, **more
        )
        self._unnoted = 0
