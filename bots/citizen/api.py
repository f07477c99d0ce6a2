"""The Bot API itself: aiogram's Bot with a session that survives what real servers and proxies answer."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientSession

from bots.raw import load_json

OFFICIAL = "https://api.telegram.org"
RECEIVED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of updates that concern us; the last one is never sent unless asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """Seconds to wait for a call, an upload and a courtesy (typing, a button's spinner); ``proxy`` is ``http://…``;
    ``connections`` to the server at once."""

    timeout: int = 15
    upload_timeout: int = 120
    courtesy_timeout: int = 5
    proxy: str = ""
    connections: int = 100


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose answer stays as it came: it is stored, and nothing in it may be lost in a model."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Session(AiohttpSession):
    """aiogram's session with fast and forgiving JSON, a plain HTTP proxy, and errors by status when the body is not Telegram's."""

    def __init__(self, api_base: str, options: SessionOptions) -> None:
        super().__init__(
            limit=options.connections,
            api=TelegramAPIServer.from_base(api_base.rstrip("/")),
            json_loads=load_json,
            json_dumps=_dumps,
            timeout=options.timeout,
        )
        self._http_proxy = options.proxy or None

    async def create_session(self) -> ClientSession:
        """One client session; aiogram's own needs a further package for any proxy."""
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, proxy=self._http_proxy)
        return self._session

    async def close(self) -> None:
        """Close at once; aiogram waits a quarter of a second for TLS, which aiohttp now does itself."""
        if self._session is not None:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """A 5xx is a server's trouble whatever its body says: a gateway's HTML, nothing, or JSON without a description."""
        if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TelegramServerError(method=method, message=f"HTTP {status_code}")
        return super().check_response(bot, method, status_code, content)


def open_bot(token: str, api_base: str, options: SessionOptions) -> Bot:
    """A bot on this server; raises aiogram's TokenValidationError."""
    return Bot(token, session=Session(api_base or OFFICIAL, options))


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
