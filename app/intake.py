"""From a native event to the core's durable intake: store, then carry at once."""

import asyncio
from typing import Any

from app.carrier import Carrier
from app.watching.tracing import span
from bots.citizen.channel import TelegramChannel
from core.conversations.intake import Intake

TYPING_AFTER = 0.7
"""Seconds; a turn usually takes a twentieth of that."""


async def store_update(channel: TelegramChannel, intake: Intake, carrier: Carrier, payload: Any) -> None:
    """Commit one update under its identity, then carry its lane; what identifies nobody is let go."""
    identity = channel.intake_identity(payload)
    if identity is None:
        return
    with span("update.store", channel=channel.name):
        await _store(channel, intake, carrier, payload, *identity)


async def _store(
    channel: TelegramChannel, intake: Intake, carrier: Carrier, payload: Any, source: str, external_id: str, lane: str
) -> None:
    storing = intake.store(source, external_id, lane, payload, position=int(external_id))
    if carrier.is_busy(lane):
        if await storing is not None:
            carrier.submit(lane, courtesy=lambda over: _be_courteous(channel, lane, payload, over))
        return
    stored = asyncio.ensure_future(storing)  # awaited here and by the run
    carrier.submit(
        lane,
        courtesy=lambda over: _be_courteous(channel, lane, payload, over),
        fresh=lambda: intake.carry_fresh(lane, external_id, payload, stored),
    )
    await stored


async def _be_courteous(channel: TelegramChannel, lane: str, payload: Any, over: asyncio.Event) -> None:
    """Answer the button's spinner at once; show that an answer is being written when it takes longer."""
    await channel.receive(payload)
    try:
        async with asyncio.timeout(TYPING_AFTER):
            await over.wait()
    except TimeoutError:
        await channel.show_typing(lane.rpartition(":")[2])
