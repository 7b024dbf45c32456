"""Requests for the ranking, as people make them: most look at the first page, some turn pages, some search."""

import asyncio
import random
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

import aiohttp

PAGE: Final = 50
"""Units that a page of the ranking shows."""
WORDS: Final = ("tan phu", "hoa", "dong", "chau", "an", "binh")


class Took(NamedTuple):
    """One request: its status, milliseconds at the server until the answer began, and at the client until its end."""

    status: int
    server: float
    client: float


async def ask(session: aiohttp.ClientSession, address: str) -> Took:
    """Fetch an address whole."""
    begun = time.perf_counter()
    async with session.get(address) as answer:
        await answer.read()
        server = float(answer.headers["server-timing"].rpartition("=")[2])
        return Took(answer.status, server, (time.perf_counter() - begun) * 1000)


def addresses(ranking: str, communes: int) -> Iterator[str]:
    """Yield addresses for ever, the same ones each time; `ranking`: the query that means it."""
    drawn = random.Random(766)
    pages = -(-communes // PAGE)
    while True:
        kind = drawn.random()
        if kind < 0.6:
            yield f"/?{ranking}"
        elif kind < 0.8:
            yield f"/?{ranking}&page={drawn.randint(1, pages)}"
        elif kind < 0.9:
            yield f"/?{ranking}&q={drawn.choice(WORDS).replace(' ', '+')}"
        else:
            yield f"/api/v1/ranking?{ranking}&page={drawn.randint(1, pages)}"


async def steadily(session: aiohttp.ClientSession, addresses: Iterator[str], rate: float) -> list[Took]:
    """Ask so many times a second, whether answers come or not, until cancelled; return what they took."""
    asked: list[asyncio.Task[Took]] = []
    begun = time.monotonic()
    try:
        for number, address in enumerate(addresses):
            await asyncio.sleep(begun + number / rate - time.monotonic())
            asked.append(asyncio.create_task(ask(session, address)))
    except asyncio.CancelledError:
        pass  # that is how it ends
    return [await each for each in asked]
