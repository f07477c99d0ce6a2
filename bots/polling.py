"""Long polling that loses nothing: an update is confirmed to Telegram only after it was committed here.

The libraries' own polling confirms first and handles afterwards; what a crash interrupts is gone (measured).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bots.raw import MalformedUpdate, as_update
from core.logs import log

Store = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Keeps one raw update; returns after the commit. A repeat is a no-op."""

Fetch = Callable[[int | None], Awaitable[list[dict[str, Any]]]]
"""One getUpdates from this offset on, which confirms all below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: of one long poll, of the first and the longest pause after a failure, and of the pause after a 409, when
    another process polls with our token."""

    poll: int = 25
    margin: int = 10
    first_pause: float = 0.5
    longest_pause: float = 30.0
    conflict_pause: float = 5.0


class UpdatePoller:
    """Fetches updates of one bot and stores them in order; ``least_pause`` tells how long a failure asks to wait."""

    def __init__(
        self,
        fetch: Fetch,
        store: Store,
        *,
        least_pause: Callable[[Exception], float],
        patience: Patience,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._fetch = fetch
        self._store = store
        self._least_pause = least_pause
        self._patience = patience
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set. An update whose storing is cut off then comes again at the next start."""
        async with asyncio.TaskGroup() as group:
            polling = group.create_task(self._poll(), name="telegram polling")
            await stop.wait()
            polling.cancel()

    async def _poll(self) -> None:
        while True:
            try:
                await self._round()
                self._failures = 0
            except Exception as failure:  # noqa: BLE001 - the outermost loop: Telegram or the database is away, updates wait
                await self._pause(failure)

    async def _round(self) -> None:
        """One long poll; a batch that does not bring the offset on must not be asked for again at once."""
        updates, before = await self._fetch(self._offset), self._offset
        for update in updates:
            await self._keep(update)
        if updates and self._offset == before:
            raise MalformedUpdate("nothing in the batch is an update")

    async def _keep(self, update: dict[str, Any]) -> None:
        """Store, then go on: the next getUpdates confirms all below its offset."""
        try:
            clean = as_update(update)
        except MalformedUpdate:
            log.warning("telegram.malformed_update")
            return
        await self._store(clean)
        self._offset = int(clean["update_id"]) + 1

    async def _pause(self, failure: Exception) -> None:
        patience = self._patience
        self._failures += 1
        pause = min(patience.longest_pause, patience.first_pause * 2 ** min(self._failures - 1, 16))
        pause = max(pause, self._least_pause(failure))
        log.warning("telegram.poll_failed", error=type(failure).__name__, pause=pause, failures=self._failures)
        await self._sleep(pause)
