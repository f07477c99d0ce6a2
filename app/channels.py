"""The channels that are set up: a new channel is one line here."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from app.settings import Settings
from bots.citizen.channel import TelegramChannel
from bots.citizen.pacing import Pace
from core.channels import Channel


async def open_channels(
    settings: Settings, stack: AsyncExitStack, load_file: Callable[[str], Awaitable[bytes]]
) -> dict[str, Channel]:
    """The channels by name; each is closed with the house."""
    channels: dict[str, Channel] = {}
    token = settings.telegram.telegram_token
    if token is not None:
        part = settings.telegram
        pace = Pace(chat_rate=part.telegram_chat_rate, rate=part.telegram_rate)
        telegram = TelegramChannel(token.get_secret_value(), api_base=part.telegram_api, load_file=load_file, pace=pace)
        stack.push_async_callback(telegram.close)
        channels[telegram.name] = telegram
    return channels
