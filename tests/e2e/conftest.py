"""The board in a real browser, Debian's chromium, over a real ClickHouse."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.board.conftest import Served, served

__all__ = ["served"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser; without one CI fails and others skip."""
    path = shutil.which("chromium")
    if path is None:
        missing = "chromium is missing: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Faults(list[str]):
    """What a page complained about, or fetched from elsewhere."""


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Collects faults of pages; a test with any fails."""
    found = Faults()
    yield found
    assert not found


@pytest.fixture
def page(chromium: Browser, served: Served, faults: Faults) -> Iterator[Page]:
    """A page at desktop size that notes errors, and requests that leave the board."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=served.url)
    context.set_default_timeout(120_000)
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith(served.url) else None,
    )
    yield opened
    context.close()
