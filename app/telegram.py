"""The channels over Telegram: the citizens' bot, and the duty chat of the staff."""

import os
from collections.abc import Mapping

from pydantic import SecretStr

from app.files import LoadFile
from app.settings import Settings, TelegramSettings
from bots.citizen.channel import TelegramChannel
from bots.citizen.pacing import Pace
from bots.staff.api import DutyBot, SessionOptions
from bots.staff.channel import DutyChannel
from bots.staff.pacing import Pace as DutyPace
from core.channels import Channel
from core.duty.topics import TopicKeeper


def open_telegram(part: TelegramSettings, token: SecretStr, load_file: LoadFile) -> TelegramChannel:
    """The citizens' bot of this token."""
    pace = Pace(chat_rate=part.telegram_chat_rate, rate=part.telegram_rate)
    return TelegramChannel(token, api_base=part.telegram_api, load_file=load_file, pace=pace)


def telegram_of(channels: Mapping[str, Channel]) -> TelegramChannel | None:
    """The citizens' bot among the channels."""
    channel = channels.get("telegram")
    return channel if isinstance(channel, TelegramChannel) else None


def open_duty_chat(settings: Settings, token: SecretStr, group: int, load_file: LoadFile, topics: TopicKeeper) -> DutyChannel:
    """The staff's chat in its group."""
    # The library is told that we know its timedeltas; otherwise it warns at every 429.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    pace = DutyPace(chat_rate=settings.duty.duty_chat_rate)
    bot = DutyBot(token.get_secret_value(), settings.telegram.telegram_api, SessionOptions(), group_rate=pace.chat_rate)
    return DutyChannel(bot, group, topics=topics, load_file=load_file, pace=pace)
