"""From a native event to the core's durable intake: store, then carry at once."""

import asyncio
from typing import Any

from app.carrier import Carrier
from bots.citizen.channel import TelegramChannel
from core.conversations.intake import Intake

TYPING_AFTER = 0.7
"""Seconds; a turn usually takes a twentieth of that."""


async def store_update(channel: TelegramChannel, intake: Intake, carrier: Carrier, payload: Any) -> None:
    """Commit one update under its identity, then carry its lane; what identifies nobody is let go."""
    identity = channel.intake_identity(payload)
    if identity is None:
        return
    source, external_id, lane = identity
    if await intake.store(source, external_id, lane, payload, position=int(external_id)):
        carrier.submit(lane, courtesy=lambda over: _be_courteous(channel, lane, payload, over))


async def _be_courteous(channel: TelegramChannel, lane: str, payload: Any, over: asyncio.Event) -> None:
    """Answer the button's spinner at once; show that an answer is being written when it takes longer."""
    await channel.receive(payload)
    try:
        async with asyncio.timeout(TYPING_AFTER):
            await over.wait()
    except TimeoutError:
        await channel.show_typing(lane.rpartition(":")[2])
