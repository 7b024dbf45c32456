"""Many viewers at once cost as much as one, and long lines stay cheap."""

import asyncio
import re
from decimal import Decimal
from typing import NamedTuple

from streams.board.drawing import MOST_POINTS, spark
from streams.board.rendered import Rendered


class Day(NamedTuple):
    """A point of a trend."""

    total: Decimal | None


def test_a_page_that_many_ask_for_at_once_is_made_once():
    async def asked() -> tuple[set[bytes], int]:
        rendered, made, gate = Rendered(), 0, asyncio.Event()

        async def make() -> bytes:
            nonlocal made
            made += 1
            await gate.wait()
            return b"page"

        waiting = [asyncio.create_task(rendered.get("tag", make, lambda: True)) for _ in range(200)]
        await asyncio.sleep(0)
        gate.set()
        bodies = {*(await asyncio.gather(*waiting)), await rendered.get("tag", make, lambda: True)}
        return {body.plain for body in bodies}, made

    assert asyncio.run(asked()) == ({b"page"}, 1)


def test_a_page_made_while_clickhouse_is_away_is_not_kept():
    async def asked() -> int:
        rendered, made = Rendered(), 0

        async def make() -> bytes:
            nonlocal made
            made += 1
            return b"page"

        for _ in range(2):
            await rendered.get("tag", make, lambda: False)
        return made

    assert asyncio.run(asked()) == 2


def test_a_long_trend_is_drawn_with_few_points_from_its_first_to_its_last():
    drawn = str(spark([Day(Decimal(n)) for n in range(200)], "trend"))
    assert len(re.findall(r"[ML]", drawn.split(' d="')[1].split('"', maxsplit=1)[0])) == MOST_POINTS
    assert "trend: 0 → 199" in drawn
