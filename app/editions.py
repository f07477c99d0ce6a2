"""The editions of the menu in this process: what is shipped, and following what is published (reg. 2.3)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from app.settings import Settings
from bots.citizen.words import load_words
from bots.citizen.words import shipped_texts as bot_texts
from channels.voice import texts as voice
from core.logs import log
from core.menu.catalogue import Catalogue
from core.menu.items import SHIPPED as ITEM_KEYS
from core.menu.keeping import EditionKeeper
from core.menu.services import shipped_texts as service_texts
from core.opening import shipped_texts as hours_texts
from core.words import texts as core_texts

EVERY = 2.0
"""Seconds between looks; a look is one entry of an index."""


def catalogue_of(settings: Settings) -> Catalogue:
    """All that can be edited, with its shipped words and the numbers of the settings."""
    spoken = {f"voice:{key}": voice.shipped(key) for key in tuple(voice.keys())}
    written = {f"core:{key}": words for key, words in _flat(core_texts())}
    centre = settings.centre
    numbers = {
        "number:dispatch_1": centre.dispatch_phone,
        "number:dispatch_2": centre.dispatch_phone_2,
        "number:centre": centre.centre_phone,
    }
    return Catalogue(
        spoken | written | dict(bot_texts(load_words())) | numbers | hours_texts() | dict(ITEM_KEYS) | dict(service_texts())
    )


@asynccontextmanager
async def following(keeper: EditionKeeper) -> AsyncIterator[None]:
    """Within the context the process speaks the edition that is published; a database that is away changes nothing."""
    await _look(keeper)
    task = asyncio.create_task(_often(keeper))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _often(keeper: EditionKeeper) -> None:
    while True:
        await asyncio.sleep(EVERY)
        await _look(keeper)


async def _look(keeper: EditionKeeper) -> None:
    try:
        await keeper.refresh()
    except Exception as error:  # noqa: BLE001  # the outermost loop: what is in force stays in force
        log.warning("menu.not_refreshed", error=type(error).__name__)


def _flat(section: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        if isinstance(value, str):
            yield before + name, value.strip()
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
