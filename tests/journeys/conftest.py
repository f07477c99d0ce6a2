"""A running centre and a real browser, shared by the journeys."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.house import House, drain, start_house
from tests.ui.conftest import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The whole centre on this machine; stopped as Ctrl-C does, which must end well."""
    running = await start_house(Path(tmp_path_factory.mktemp("house")) / "var")
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
