"""The address that Telegram calls with updates (https://core.telegram.org/bots/api#setwebhook)."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.raw import MalformedUpdate, parse_update

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
BODY_LIMIT = 1024 * 1024
"""Bytes; an update of the Bot API takes some kilobytes."""

Store = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Keeps one raw update; returns after the commit. A repeat is a no-op."""


class HasBotId(Protocol):
    """Whose webhook it is: a TelegramChannel."""

    bot_id: int


class BodyTooLong(Exception):
    """More bytes than an update may have."""


def webhook_path(bot_id: int) -> str:
    """The path of a bot's webhook."""
    return f"/telegram/{bot_id}"


def webhook_route(channel: HasBotId, secret: SecretStr | str, store: Store, *, body_limit: int = BODY_LIMIT) -> Route:
    """The route ``POST /telegram/<bot id>``.

    403 for a wrong or missing secret, 413 for a long body (told by its length before it is read), 400 for what is no update,
    200 only after ``store`` has committed. What ``store`` raises goes up: a 500 makes Telegram send the update again.
    """
    expected = (secret if isinstance(secret, str) else secret.get_secret_value()).encode()
    if not expected:
        raise ValueError("a webhook needs a secret")

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            return Response(status_code=403)
        try:
            update = parse_update(await _body(request, body_limit))
        except BodyTooLong:
            return Response(status_code=413)
        except MalformedUpdate:
            return Response(status_code=400)
        await store(update)
        return Response(status_code=200)

    return Route(webhook_path(channel.bot_id), take, methods=["POST"], name=f"telegram-{channel.bot_id}")


async def _body(request: Request, limit: int) -> bytes:
    """The body, unless it is longer than ``limit``; a chunked one tells its length only by coming."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:19]) > limit:
        raise BodyTooLong
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLong
    return bytes(body)
