"""`browser`: a real Chromium for tests, started once and driven through playwright's sync API.

    from support.browser import browser  # noqa: F401 - a fixture, found by its name

    @pytest.mark.browser
    def test_page(browser, ...):
        page = browser.new_page(color_scheme="dark")

Whatever a test opens is closed after it. Serve to it with `serve_live` or `Running`: those have threads of their own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from support.require import unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome")
# A test talks to nobody but the server it started.
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
)  # fmt: skip

_started = pytest.StashKey[tuple[Browser, asyncio.AbstractEventLoop]]()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium from PATH; without one the test is skipped, on CI it fails."""
    stash = request.config.stash
    if _started not in stash:
        stack = ExitStack()
        request.config.add_cleanup(stack.close)
        stash[_started] = _start(stack)
    chromium, loop = stash[_started]
    asyncio._set_running_loop(loop)
    try:
        yield chromium
        for context in chromium.contexts:
            context.close()
    finally:
        # The sync API leaves its own loop marked as running in this thread, where no other loop could then run:
        # every later test with a TestClient would fail.
        asyncio._set_running_loop(None)


def complaints_of(page: Page) -> list[str]:
    """What the page says on its console from now on; the list grows as it does."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    return complaints


def _start(stack: ExitStack) -> tuple[Browser, asyncio.AbstractEventLoop]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        unavailable(f"no browser on PATH: install one of {', '.join(NAMES)}")
    playwright = stack.enter_context(sync_playwright())
    chromium = playwright.chromium.launch(executable_path=path, args=[*ARGS])
    loop = asyncio.get_running_loop()
    stack.callback(_stop, chromium, loop)
    return chromium, loop


def _stop(chromium: Browser, loop: asyncio.AbstractEventLoop) -> None:
    asyncio._set_running_loop(loop)
    chromium.close()
