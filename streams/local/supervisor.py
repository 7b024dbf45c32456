"""Several processes under one: started, watched, started again when they fall, and ended together.

Each child runs under a guardian (see `guardian`), so none outlives the supervisor, however that ends. What a child
writes is passed on line by line with its number before it.
"""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from streams.errors import SERVER_AWAY, UserError
from streams.local import guardian
from streams.local.falls import FIRST_PAUSE, QUOTE, End, Falls
from streams.local.probing import PROBE_SECONDS, Prober
from streams.log import get_logger

log = get_logger(__name__)

GRACE_SECONDS: Final = 60.0
"""Seconds a child has to stop in good order."""


@dataclass
class Child:
    """One process to keep: its number from 1, its command, its variables, and the address of its health page."""

    number: int
    command: Sequence[str]
    environment: Mapping[str, str]
    health: str | None = None
    falls: Falls = field(default_factory=Falls, init=False)
    begun: float = field(default=0.0, init=False)
    due: float | None = field(default=None, init=False)
    last_words: str = field(default="", init=False)
    guard: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def is_running(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self.guard is not None and self.guard.poll() is None

    def standing(self) -> str:
        """Say for people how it stands now."""
        now, due = time.monotonic(), self.due
        if self.is_running:
            return f"runs for {now - self.begun:.0f} s"
        again = "" if due is None else f"; is started again in {max(0.0, due - now):.0f} s"
        return f"ended: {self.last_words[:QUOTE] or 'it said nothing'}{again}"


@dataclass
class Supervisor:
    """Keeps its children until it is told to stop, or one of them cannot be kept.

    A child with a health page is probed every `probe_pause` seconds; one that hangs is killed, and so started again.
    `away` names the servers that do not answer now, empty if all do: while one is away nobody is given up.
    """

    children: Sequence[Child]
    write: Callable[[int, str], None]
    first_pause: float = FIRST_PAUSE
    grace: float = GRACE_SECONDS
    probe_pause: float = PROBE_SECONDS
    away: Callable[[], str] = str
    _events: "SimpleQueue[Child | None]" = field(default_factory=SimpleQueue, init=False)

    def run(self) -> None:
        """Return after SIGTERM or SIGINT when every child has stopped in good order.

        Raises UserError if a child falls repeatedly for a reason of its own or did not stop in good order,
        StoppedForGoodError if one says that a person is needed. Either way all have ended.
        """
        with self._told_to_stop():
            prober = Prober(self._health_pages, self._end_hung, pause=self.probe_pause)
            for child in self.children:
                child.falls = Falls(self.first_pause)
                self._start(child)
            prober.start()
            try:
                self._keep()
            finally:
                self._end(guardian.TERMINATE)
                prober.stop()

    def _health_pages(self) -> dict[object, str]:
        """Return, for the prober's thread, the page of every process that runs now."""
        return {child.guard: child.health for child in self.children if child.health and child.is_running}

    def _end_hung(self, guard: object) -> None:
        """Kill, in the prober's thread, a process that hangs; that it ended is noticed as of any other."""
        for child in self.children:
            if child.guard is guard:
                log.warning("a worker hangs and is killed", worker=child.number, health=child.health)
                _order(child.guard, guardian.KILL)

    def _keep(self) -> None:
        while True:
            try:
                child = self._events.get(timeout=self._next_start())
            except Empty:
                for due in [one for one in self.children if one.due and one.due <= time.monotonic()]:
                    self._start(due)
                continue
            if child is None:
                log.info("stopping", workers=len(self.children))
                return self._stop()
            self._fallen(child)

    def _next_start(self) -> float | None:
        dues = [child.due for child in self.children if child.due]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _start(self, child: Child) -> None:
        child.begun, child.due = time.monotonic(), None
        child.guard = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-I", "-S", guardian.__file__, "--grace", str(self.grace), "--", *child.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(child.environment),
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(child, child.guard), daemon=True).start()
        log.info("worker process started", worker=child.number)

    def _listen(self, child: Child, guard: "subprocess.Popen[bytes]") -> None:
        """Pass on what a child writes until it has ended, then say so."""
        if guard.stdout is not None:
            for raw in guard.stdout:
                line = raw.decode(errors="replace").rstrip()
                child.last_words = line or child.last_words
                self.write(child.number, line)
        guard.wait()
        self._events.put(child)

    def _fallen(self, child: Child) -> None:
        code = child.guard.returncode if child.guard else 0
        end = End(code, child.last_words, time.monotonic() - child.begun, self.away())
        pause = child.falls.note(f"worker {child.number}", end)
        child.due = time.monotonic() + pause
        log.warning(
            "a worker ended and is started again",
            worker=child.number,
            how=end.how,
            seconds=pause,
            **({"away": end.away} if end.away else {}),
        )

    def _stop(self) -> None:
        """Let every child stop in good order; raises UserError if one does not."""
        running = [child for child in self.children if child.is_running]
        self._end(guardian.TERMINATE)
        fine = {0, SERVER_AWAY}  # who waits for a server has nothing that could be left undone
        unwell = [child.number for child in running if child.guard and child.guard.returncode not in fine]
        if unwell:
            numbers = ", ".join(map(str, unwell))
            raise UserError(f"worker {numbers} did not stop in good order; nothing is lost, work is repeated")

    def _end(self, order: bytes) -> None:
        guards = [child.guard for child in self.children if child.guard]
        for guard in guards:
            _order(guard, order)
        for guard in guards:
            guard.wait()
            with contextlib.suppress(OSError):
                if guard.stdin is not None:
                    guard.stdin.close()

    @contextmanager
    def _told_to_stop(self) -> Iterator[None]:
        """Turn SIGTERM and SIGINT into an event."""
        before = {
            number: signal.signal(number, lambda *_: self._events.put(None))
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _order(guard: "subprocess.Popen[bytes] | None", order: bytes) -> None:
    """Give a guardian an order; one that has ended hears nothing."""
    if guard is not None and guard.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            guard.stdin.write(order)
            guard.stdin.flush()
