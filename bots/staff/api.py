"""The Bot API through python-telegram-bot: a bot with its own limiter, and updates as they came."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

OFFICIAL = "https://api.telegram.org"
RECEIVED = ["message", "edited_message", "callback_query"]
"""The kinds of updates that concern us."""
A_MINUTE = 60
LEAST_A_MINUTE = 40
"""Telegram lets a bot say twenty things a minute in one group; the limiter counts pins and closings too, Telegram does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """Seconds to wait for a call, an upload and an answer to a button; ``proxy`` is ``http://…``; ``connections`` at once."""

    timeout: float = 15.0
    upload_timeout: float = 120.0
    courtesy_timeout: float = 5.0
    proxy: str = ""
    connections: int = 20


class DutyBot:
    """The bot of the duty chat. It opens no connection before its first call, and is not to be initialised: that would make one."""

    def __init__(self, token: str, api_base: str, options: SessionOptions, *, group_rate: float) -> None:
        """``group_rate``: messages a second in one group that our own pacing allows; the library's limiter is the net below it.

        Raises PTB's InvalidToken for a token that cannot be one.
        """
        base = (api_base or OFFICIAL).rstrip("/")
        self.id = int(token.partition(":")[0])
        self.options = options
        self._request, self._polling = _request(options, options.connections), _request(options, 2)
        limiter = AIORateLimiter(group_max_rate=max(LEAST_A_MINUTE, group_rate * A_MINUTE), group_time_period=A_MINUTE)
        self.api: ExtBot[int] = ExtBot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._polling,
            rate_limiter=limiter,
        )

    async def raw_updates(self, offset: int | None, *, timeout: int, margin: int) -> list[dict[str, Any]]:
        """getUpdates whose answer stays as it came: it is stored, and nothing in it may be lost in a model. Raises PTB's errors."""
        wanted = {"timeout": timeout, "limit": 100, "allowed_updates": json.dumps(RECEIVED)}
        query = urlencode(wanted if offset is None else {**wanted, "offset": offset})
        found = await self._polling.post(f"{self.api.base_url}/getUpdates?{query}", read_timeout=timeout + margin)
        return found if isinstance(found, list) else []

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()
        await self._polling.shutdown()


def _request(options: SessionOptions, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=options.timeout,
        write_timeout=options.timeout,
        connect_timeout=options.timeout,
        pool_timeout=options.timeout,
        media_write_timeout=options.upload_timeout,
        proxy=options.proxy or None,
    )
