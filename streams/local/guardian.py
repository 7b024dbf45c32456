"""Keeps one server for as long as its caller lives, and not a moment longer.

Run as a script with the standard library alone: `python -I -S guardian.py [options] -- command...`. Its
standard input is a pipe whose other end only the caller holds. A byte there is an order: `T` end the server
in good order, `K` kill it. The end of the pipe means the caller is gone, however it went; the server is then
killed. This works wherever pipes and process groups do; where the system can (Linux), the server is killed with its
guardian, too.

Options: `--restarts N`: start a server that ends by itself again, at most N times within a minute;
`--unlink FILE`: remove FILE when the caller is gone without an order; `--grace SECONDS`: how long an end in
good order may take.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

TERMINATE, KILL = b"T", b"K"
GRACE_SECONDS = 15.0
RESTART_PAUSE = 0.2
RESTART_WINDOW = 60.0
PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> int:
    """Start the command, watch it and the caller; give the exit code of the last server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--restarts", type=int, default=0)
    parser.add_argument("--unlink", type=Path)
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(argv)
    wake = _wakeup_pipe()
    starts: list[float] = []
    while True:
        starts.append(time.monotonic())
        server = subprocess.Popen(  # noqa: S603 - our own command line
            options.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_the_guardian,  # noqa: PLW1509 - there is one thread here
        )
        order = _watch(server, wake)
        if order is None:
            if may_start_again(starts, options.restarts, time.monotonic()):
                print(f"guardian: server ended with {server.returncode}; starting it again", file=sys.stderr)
                time.sleep(RESTART_PAUSE)  # what falls at once must not be started in a spin
                continue
        elif not order and options.unlink:
            options.unlink.unlink(missing_ok=True)
        _end(server, options.grace if order == TERMINATE else 0)
        return server.returncode


def may_start_again(starts: list[float], restarts: int, now: float) -> bool:
    """Whether a server that was started at these moments has fewer than `restarts` of them in the last minute."""
    again = [at for at in starts[1:] if at > now - RESTART_WINDOW]
    return len(again) < restarts


def _die_with_the_guardian() -> None:
    """Ask Linux, in the new process, for SIGKILL when the guardian is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wakeup_pipe() -> int:
    """Turn the death of the server and a request to end into bytes that `select` can see."""
    wake, written = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(written, False)
    signal.set_wakeup_fd(written)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return wake


def _watch(server: "subprocess.Popen[bytes]", wake: int) -> bytes | None:
    """Wait for an order (b"" when the caller is gone), or None when the server ended by itself."""
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), wake], [], [])
        if wake in ready and bytes([signal.SIGTERM]) in os.read(wake, 64):
            return TERMINATE
        if sys.stdin.fileno() in ready:
            return os.read(sys.stdin.fileno(), 1)
        if server.poll() is not None:
            return None


def _end(server: "subprocess.Popen[bytes]", grace: float) -> None:
    """End the server with everything it started, at once or after so many seconds to do it in good order."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if grace:
            os.killpg(server.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(grace)
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
