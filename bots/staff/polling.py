"""The duty bot by long polling; see bots.polling."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict, RetryAfter

from bots.polling import Patience, Store, UpdatePoller
from bots.staff.api import DutyBot
from bots.staff.refusals import retry_seconds


class DutyPoller(UpdatePoller):
    """Fetches the updates of the duty bot with python-telegram-bot."""

    def __init__(
        self,
        bot: DutyBot,
        store: Store,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        chosen = patience or Patience()

        async def fetch(offset: int | None) -> list[dict[str, Any]]:
            return await bot.raw_updates(offset, timeout=chosen.poll, margin=chosen.margin)

        def least_pause(failure: Exception) -> float:
            if isinstance(failure, Conflict):
                return chosen.conflict_pause
            return retry_seconds(failure) if isinstance(failure, RetryAfter) else 0.0

        super().__init__(fetch, store, least_pause=least_pause, patience=chosen, sleep=sleep)
