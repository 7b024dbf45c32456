"""One POST with a limit on the whole of it: a receiver that hangs, or answers a byte a minute, holds nobody longer."""

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp

from streams.notify.notice import ChannelDownError, RefusedError

NEVER: Final = frozenset({400, 413, 422})
"""Answers that say: read, and will not be taken however often it comes."""


class Poster:
    """Posts JSON to one address; of one thread.

    Args:
        url: where.
        seconds: limit of one POST, from the connection to the end of the answer.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._limit = aiohttp.ClientTimeout(total=seconds)
        self._runner = asyncio.Runner()
        self._session: aiohttp.ClientSession | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Return when the receiver has answered 2xx; raises ChannelDownError or RefusedError."""
        try:
            status = self._runner.run(self._once_more(body, headers))
        except TimeoutError:
            raise ChannelDownError(f"no answer within {self._limit.total:g} s") from None
        except (aiohttp.ClientError, OSError) as problem:
            raise ChannelDownError(type(problem).__name__) from None
        if status in NEVER:
            raise RefusedError(f"HTTP {status}")
        if not 200 <= status < 300:
            raise ChannelDownError(f"HTTP {status}")

    def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            self._runner.run(self._session.close())
        self._runner.close()

    async def _once_more(self, body: bytes, headers: Mapping[str, str]) -> int:
        """A connection that was kept may have been closed meanwhile: that says nothing of the receiver."""
        try:
            return await self._post(body, headers)
        except aiohttp.ServerDisconnectedError:
            return await self._post(body, headers)

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limit)
        given = {"Content-Type": "application/json", **headers}
        async with self._session.post(self._url, data=body, headers=given, allow_redirects=False) as answer:
            await answer.read()
            return answer.status
