"""What the board's measurement makes of what it saw, and what it fills the tables with."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import aiohttp

from bench.board.asking import addresses
from bench.board.filling import Country
from bench.board.measure import percentile
from bench.board.plan import Plan
from bench.board.viewers import Viewer, delays

AT = datetime(2026, 8, 1, tzinfo=UTC)
SMALL = Plan(communes=10, moved=3)


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 95), percentile([7.0], 95)) == (50, 95, 7)


def test_an_update_has_arrived_once_a_fetch_begun_after_its_event_is_whole():
    async def seen() -> tuple[float | None, float | None]:
        async with aiohttp.ClientSession() as session:
            viewer = Viewer(session, ("f", "commune", "p"), "/")
        viewer.heard += [(AT - timedelta(seconds=1), 9.0), (AT, 10.5)]
        viewer.fetched += [(9.0, 10.4), (10.5, 10.75)]
        assert delays(viewer, AT + timedelta(seconds=1), 11.0) == (None, None)
        return delays(viewer, AT, 10.0)

    assert asyncio.run(seen()) == (500, 750)


def test_the_same_seed_gives_the_same_changes_and_only_to_some():
    first, second = Country(SMALL).move(AT), Country(SMALL).move(AT)
    assert first == second
    assert len({row.unit_code for row in first}) == 3
    assert all(row.total == sum(row.groups.values()) for row in first)


def test_people_ask_for_pages_that_there_are():
    asked = itertools.islice(addresses("level=commune", 120), 200)
    turned = {word for one in asked for word in one.split("&") if word.startswith("page=")}
    assert turned == {"page=1", "page=2", "page=3"}
