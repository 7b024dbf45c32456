"""A real `nhip766 board`, up within a `with`."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from streams.local.process import free_ports
from streams.settings import PREFIX

PATIENCE: Final = 120.0
STOP_SECONDS: Final = 30.0


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Start the board with the settings of the environment; gives its address.

    All callers come from one address here, so that the limit of requests a caller is off. Raises RuntimeError with the
    last words of the board if it does not come up.
    """
    port = free_ports(1)[0]
    own = {PREFIX + "BOARD_RATE": "0", PREFIX + "BOARD_METRICS_PORT": "0"}
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  (our own command line)
            [sys.executable, "-m", "streams.cli", "board", "--port", str(port)],
            stdout=file,
            stderr=file,
            env={**os.environ, **own},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while not _well(url):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the board did not start:\n{log.read_text('utf-8')[-2000:]}")
            time.sleep(0.1)  # another process is polled: it has no event to await
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _well(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310  (loopback, http)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
