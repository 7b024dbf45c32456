"""Viewers of a ranking: each follows the stream of changes and fetches what changed, as the page's script does."""

import asyncio
import html
import json
import re
import time
from datetime import datetime
from typing import Any, Final

import aiohttp

from bench.board.asking import Took, ask

SECOND: Final = 1000.0
"""In milliseconds."""


class Viewer:
    """What one viewer heard and fetched; times by `time.perf_counter`."""

    def __init__(self, session: aiohttp.ClientSession, key: tuple[str, str, str], page: str) -> None:
        self._session = session
        self._key = list(key)
        self._page = page
        self._address = ""
        self._again = False
        self._fetching: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()
        self.heard: list[tuple[datetime, float]] = []
        """Moments that the ranking had reached, by the event, and when the event was here."""
        self.fetched: list[tuple[float, float]] = []
        """When a fetch began and when its answer was here whole."""
        self.took: list[Took] = []

    async def follow(self) -> None:
        """Open the page and follow the stream until cancelled or it ends."""
        async with self._session.get(self._page) as page:
            opened = await page.text()
        self._address = html.unescape(_found(r'data-live="([^"]+)"', opened))
        known = dict(zip(("formula", "level", "period"), self._key, strict=True))
        known["mark"] = html.unescape(_found(r'data-mark="([^"]+)"', opened))
        endless = aiohttp.ClientTimeout(total=None)
        async with self._session.get("/api/v1/changes", params=known, timeout=endless) as stream:
            kind = ""
            async for line in stream.content:
                name, _, said = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = said
                    self.connected.set()
                elif name == "data" and kind == "changed":
                    self._hear(json.loads(said))

    async def done(self) -> None:
        """Wait until nothing is being fetched."""
        while self._fetching is not None and not self._fetching.done():
            await self._fetching

    def _hear(self, said: dict[str, Any]) -> None:
        if self._key not in said["rankings"]:
            return
        self.heard.append((datetime.fromisoformat(said["as_of"]), time.perf_counter()))
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        else:
            self._again = True

    async def _fetch(self) -> None:
        while True:
            self._again = False
            begun = time.perf_counter()
            self.took.append(await ask(self._session, self._address))
            self.fetched.append((begun, time.perf_counter()))
            if not self._again:
                return


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise RuntimeError(f"the page has no {pattern}")
    return found[1]


def delays(viewer: Viewer, moment: datetime, written: float) -> tuple[float | None, float | None]:
    """Return the milliseconds from a change until its event, and until its figures, were with a viewer; None: never."""
    event = next((at for reached, at in viewer.heard if reached >= moment), None)
    if event is None:
        return None, None
    shown = next((ended for begun, ended in viewer.fetched if begun >= event), None)
    return (event - written) * SECOND, None if shown is None else (shown - written) * SECOND
