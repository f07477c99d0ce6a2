"""Telling Telegram about the bot: where updates go, its commands and its description."""

from aiogram import Bot
from aiogram.methods import (
    DeleteWebhook,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    SetWebhook,
)
from aiogram.types import BotCommand

from bots.citizen.api import RECEIVED
from bots.citizen.words import BotWords


async def register_bot(bot: Bot, words: BotWords, *, webhook_url: str, secret: str, max_connections: int) -> None:
    """Set the webhook, or delete it when polling (waiting updates stay), then the words. Raises aiogram's errors."""
    if webhook_url:
        await bot(
            SetWebhook(
                url=webhook_url,
                secret_token=secret,
                max_connections=max_connections,
                allowed_updates=RECEIVED,
                drop_pending_updates=False,
            )
        )
    else:
        await bot(DeleteWebhook(drop_pending_updates=False))
    commands = [BotCommand(command=command.name, description=command.description) for command in words.commands]
    await bot(SetMyCommands(commands=commands))
    await bot(SetMyDescription(description=words.description))
    await bot(SetMyShortDescription(short_description=words.short_description))
