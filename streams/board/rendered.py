"""Bodies of answers, made once for all who ask."""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Final, NamedTuple, Self

KEPT: Final = 512
LEVEL: Final = 4
"""Of gzip: pages are made again after each change, and little is gained above."""


class Body(NamedTuple):
    """A body, packed once for all who take it packed; the few others get it unpacked."""

    packed: bytes

    @classmethod
    def of(cls, plain: bytes) -> Self:
        """Pack."""
        return cls(gzip.compress(plain, LEVEL, mtime=0))

    @property
    def plain(self) -> bytes:
        """Return what was packed."""
        return gzip.decompress(self.packed)


@lru_cache(1000)  # browsers of one kind say the same
def takes_gzip(accepted: str) -> bool:
    """Tell whether a caller with this `Accept-Encoding` takes gzip."""
    for said in accepted.lower().split(","):
        name, _, weight = said.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class Rendered:
    """Bodies made before, by ETag: two hundred viewers of one change cost one page, even when all ask at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Body] = OrderedDict()
        self._made: dict[str, asyncio.Future[Body]] = {}

    async def get(self, tag: str, make: Callable[[], Awaitable[bytes]], keep: Callable[[], bool]) -> Body:
        """Return the body of an ETag, made now if need be; `keep` tells, once it is made, whether to keep it."""
        body = self._kept.get(tag)
        if body is not None:
            self._kept.move_to_end(tag)
            return body
        making = self._made.get(tag)
        if making is None:
            making = asyncio.ensure_future(self._make(tag, make, keep))
            self._made[tag] = making
            making.add_done_callback(lambda _: self._made.pop(tag, None))
        return await asyncio.shield(making)

    async def _make(self, tag: str, make: Callable[[], Awaitable[bytes]], keep: Callable[[], bool]) -> Body:
        body = Body.of(await make())
        if keep():
            self._kept[tag] = body
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return body
