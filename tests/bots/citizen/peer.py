"""What several tests against the Bot API peer share."""

import base64
from typing import Any

from bots.citizen.api import GetRawUpdates
from bots.citizen.channel import TelegramChannel
from core.channels import Inbound

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")
BUTTONS = [{"title": "Да", "index": 0}, {"title": "Нет", "index": 1}]
LONG = "\n\n".join(f"{number}. " + "слово " * 500 for number in range(3))


async def updates(channel: TelegramChannel) -> list[dict[str, Any]]:
    """The updates that wait, confirmed."""
    found = await channel.bot(GetRawUpdates(timeout=0))
    await channel.bot(GetRawUpdates(timeout=0, offset=found[-1]["update_id"] + 1 if found else None))
    return found


async def last(channel: TelegramChannel) -> Inbound:
    """The newest update, read."""
    inbound = channel.read((await updates(channel))[-1])
    assert inbound is not None
    return inbound
