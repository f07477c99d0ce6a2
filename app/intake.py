"""From a native event to the core's durable intake: store, then carry at once."""

from typing import Any

from app.carrier import Carrier
from bots.citizen.channel import TelegramChannel
from core.conversations.intake import Intake


async def store_update(channel: TelegramChannel, intake: Intake, carrier: Carrier, payload: Any) -> None:
    """Commit one update under its identity, then carry its lane; what identifies nobody is let go."""
    identity = channel.intake_identity(payload)
    if identity is None:
        return
    source, external_id, lane = identity
    if await intake.store(source, external_id, lane, payload, position=int(external_id)):
        carrier.submit(lane, courtesy=lambda: channel.receive(payload))
