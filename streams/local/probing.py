"""Asks kept processes whether they are well, and tells which one hangs."""

import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

PROBE_SECONDS: Final = 5.0
"""Seconds between two rounds, and at most until an answer."""
SILENT_PROBES: Final = 3
"""Probes in a row that fail before a process counts as hung: one slow answer is no hang."""

_open = build_opener(ProxyHandler({})).open
"""Straight to the address: a proxy of the surroundings knows nothing of loopback."""


def is_well(address: str, seconds: float) -> bool:
    """Tell whether a health page answers 200 in time."""
    try:
        with _open(address, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except HTTPError as refusal:
        refusal.close()
        return False
    except (OSError, HTTPException):
        return False


class Prober:
    """Probes, in a thread of its own, what `asked` gives anew each round: addresses by the process they belong to.

    A process is left alone until it answered once: until then it starts, or fails by itself. `hung` is called in the
    thread with a process that was well and then failed `SILENT_PROBES` times in a row; it is then unknown again.
    """

    def __init__(
        self,
        asked: Callable[[], Mapping[object, str]],
        hung: Callable[[object], None],
        *,
        pause: float = PROBE_SECONDS,
    ) -> None:
        self._asked = asked
        self._hung = hung
        self._pause = pause
        self._failed: dict[object, int] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prober", daemon=True)

    def start(self) -> None:
        """Begin to probe."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a probe under way."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(self._pause):
            asked = dict(self._asked())
            self._failed = {process: count for process, count in self._failed.items() if process in asked}
            for process, address in asked.items():
                self._note(process, is_well(address, self._pause))

    def _note(self, process: object, well: bool) -> None:
        if well:
            self._failed[process] = 0
        elif process in self._failed:
            self._failed[process] += 1
            if self._failed[process] >= SILENT_PROBES:
                del self._failed[process]
                self._hung(process)
