"""A running centre and a real browser, shared by the journeys."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.house import House, drain, start_house
from tests.ui.conftest import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    """The whole centre on this machine; stopped as Ctrl-C does, which must end well."""
    with tempfile.TemporaryDirectory(prefix="cc-house-") as directory:  # pytest's own is closed to the server's user
        running = await start_house(Path(directory) / "var")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(drain(running))
            yield running
            assert await running.stop() == 0, "\n".join(running.lines[-40:])


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
