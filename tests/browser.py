"""Debian's Chromium for the tests: one for a run, a context of its own for every test."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

PLACES = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The engine without the windows, which draws the same for two thirds of the work; else the whole browser."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",  # nobody has to allow the microphone, which beeps once a second
    "--use-fake-device-for-media-stream",
]


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """The browser that ``CHROMIUM`` names, or the one that is there."""
    found = os.environ.get("CHROMIUM") or str(next((place for place in PLACES if place.exists()), PLACES[-1]))
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()
