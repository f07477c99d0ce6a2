"""Writing deliveries: in the transaction of the fact that caused them (design decision 5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Conversation, Message
from core.deliveries.model import Delivery
from core.jobs import Jobs
from core.people.model import ChannelIdentity
from core.vocabulary import DeliveryState

DELIVER = "deliver"
"""The job that sends what a conversation has waiting."""


def lane_of(channel: str, external_id: str) -> str:
    """The name under which one person's messages on one channel are kept in order, in and out."""
    return f"{channel}:{external_id}"


class Outbox:
    """Writes deliveries and defers their sending in the same transaction."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def write(
        self,
        tx: AsyncSession,
        *,
        conversation: Conversation,
        identity: ChannelIdentity,
        message: Message,
        content: Mapping[str, Any],
        of_record: bool,
        now: datetime,
    ) -> Delivery:
        """One delivery of ``message`` to the person behind ``identity``; the worker sends it after the commit."""
        delivery = Delivery(
            conversation_id=conversation.id or 0,
            message_id=message.id,
            channel=identity.channel,
            recipient=identity.external_id,
            content=dict(content),
            of_record=of_record,
            state=DeliveryState.WAITING,
            next_try_at=now,
            created_at=now,
        )
        tx.add(delivery)
        await tx.flush()
        await self._jobs.defer(
            tx, DELIVER, lock=lane_of(identity.channel, identity.external_id), conversation_id=delivery.conversation_id
        )
        return delivery
