"""The citizens' bot by long polling; see bots.polling."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter

from bots.citizen.api import RECEIVED, GetRawUpdates
from bots.polling import Patience, Store, UpdatePoller

__all__ = ["Patience", "Poller"]


class HasBot(Protocol):
    """What is polled for: a TelegramChannel."""

    bot: Bot


class Poller(UpdatePoller):
    """Fetches the updates of one channel with aiogram."""

    def __init__(
        self,
        channel: HasBot,
        store: Store,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        chosen = patience or Patience()

        async def fetch(offset: int | None) -> list[dict[str, Any]]:
            call = GetRawUpdates(offset=offset, limit=100, timeout=chosen.poll, allowed_updates=RECEIVED)
            return await channel.bot(call, request_timeout=chosen.poll + chosen.margin)

        def least_pause(failure: Exception) -> float:
            if isinstance(failure, TelegramConflictError):
                return chosen.conflict_pause
            return float(failure.retry_after) if isinstance(failure, TelegramRetryAfter) else 0.0

        super().__init__(fetch, store, least_pause=least_pause, patience=chosen, sleep=sleep)
