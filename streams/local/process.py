"""A server process that cannot outlive its caller, and the wait until it answers."""

import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streams.errors import UserError
from streams.local import guardian

ATTEMPT_PAUSE = 0.05
_INFORMATION = re.compile(r"\[(debug|info|warning) *\]")
_ERROR = re.compile(r"^error: |\[(error|critical) *\]")


@dataclass
class GuardedProcess:
    """One server under a guardian (see `guardian`); `start` and `stop` may alternate."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    restarts: int = 0
    unlink: Path | None = None
    keep_open: Sequence[int] = ()
    _guard: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def running(self) -> bool:
        """Whether the guardian, and so the server or its next start, is there."""
        return self._guard is not None and self._guard.poll() is None

    def start(self) -> None:
        """Start the server; it may not answer yet."""
        options = ["--restarts", str(self.restarts)]
        if self.unlink:
            options += ["--unlink", str(self.unlink)]
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-I", "-S", guardian.__file__, *options, "--", *self.command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                pass_fds=tuple(self.keep_open),
                start_new_session=True,
            )

    def stop(self, *, kill: bool = False) -> None:
        """End the server, in good order or at once, and wait until it is gone."""
        guard, self._guard = self._guard, None
        if guard is None or guard.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):
            guard.stdin.write(guardian.KILL if kill else guardian.TERMINATE)
            guard.stdin.flush()
        guard.wait(guardian.GRACE_SECONDS + 15)
        with contextlib.suppress(BrokenPipeError):
            guard.stdin.close()

    def await_ready(self, answers: Callable[[], bool], seconds: float) -> float:
        """Wait until `answers` is true and give the seconds it took.

        Raises UserError with the last line of the log when the server ends or stays silent.
        """
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            if not self.running:
                raise UserError(f"{self.name} ended while starting: {self.last_words()} (log: {self.log})")
            if answers():
                return time.monotonic() - begun
            time.sleep(ATTEMPT_PAUSE)  # another process is polled: it has no event to await
        raise UserError(
            f"{self.name} did not answer within {seconds:.0f} s: {self.last_words()} (log: {self.log})"
        )

    def last_words(self) -> str:
        """Say what the log ends with: its last error if mere information came after it, else its last line."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if not lines:
            return "it said nothing"
        telling = lines[-1]
        if _INFORMATION.search(telling):
            telling = next((line for line in reversed(lines) if _ERROR.search(line)), telling)
        return telling.removeprefix("error: ")[:300]


def free_ports(count: int) -> list[int]:
    """Find loopback ports that nobody listens on, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def accepts(port: int) -> bool:
    """Whether something on this machine accepts connections on a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
