"""Writing deliveries: in the transaction of the fact that caused them (design decision 5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Conversation, Message
from core.deliveries.model import Delivery
from core.jobs import Jobs
from core.mail.answering import as_letter
from core.people.model import ChannelIdentity
from core.table import SQLModel, insert_row, insert_rows
from core.vocabulary import ChannelName, DeliveryState
from db.transactions import keys_in

DELIVER = "deliver"
"""The job that sends what waits in a lane."""


def lane_of(channel: str, external_id: str) -> str:
    """The name under which one person's messages on one channel are kept in order, in and out; like a mark, in any case."""
    return f"{channel}:{external_id}".casefold()


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
        """One delivery of ``message`` to the person behind ``identity``; the worker sends it after the commit.

        By e-mail it leaves as a letter of the thread.
        """
        delivery = await self.drafted(
            tx, conversation=conversation, identity=identity, message=message, content=content, of_record=of_record, now=now
        )
        await insert_row(tx, delivery)
        await self.send_off(tx, delivery)
        return delivery

    async def drafted(
        self,
        tx: AsyncSession,
        *,
        conversation: Conversation,
        identity: ChannelIdentity,
        message: Message,
        content: Mapping[str, Any],
        of_record: bool,
        now: datetime,
        subject: str = "",
    ) -> Delivery:
        """The row that ``write`` would write, for a caller who writes it together with the message; then comes ``send_off``."""
        recipient = identity.external_id
        if identity.channel == ChannelName.EMAIL:
            letter = await as_letter(tx, conversation, identity, message, content)
            recipient, content = letter.recipient, letter.content
        return Delivery(
            conversation_id=conversation.id,
            message_id=message.id,
            channel=identity.channel,
            recipient=recipient[:320],
            content=dict(content),
            of_record=of_record,
            subject=subject,
            state=DeliveryState.WAITING,
            next_try_at=now,
            created_at=now,
        )

    async def send_off(self, tx: AsyncSession, delivery: Delivery) -> None:
        """Let the worker send what is written; the job leaves with the commit.

        A job that fails stays in the queue's tables: it bears the delivery's number, and an address nowhere (2.10).
        """
        lane = keys_in(tx).mark(delivery.recipient)[:32]
        await self._jobs.defer(tx, DELIVER, lock=f"{delivery.channel}:{lane}", delivery=delivery.id or 0)

    async def write_letter(
        self,
        tx: AsyncSession,
        *,
        channel: str,
        recipient: str,
        content: Mapping[str, Any],
        now: datetime,
        subject: str = "",
        key: str | None = None,
        conversation_id: int | None = None,
        of_record: bool = True,
        beside: Sequence[SQLModel] = (),
    ) -> Delivery | None:
        """One delivery that is no message of a conversation; None when a letter with this ``key`` was written before.

        Of two who write a letter at once, one does. The rows ``beside`` are written with it, in either case.
        """
        delivery = Delivery(
            conversation_id=conversation_id,
            channel=channel,
            recipient=recipient[:320],
            content=dict(content),
            of_record=of_record,
            subject=subject,
            key=key,
            state=DeliveryState.WAITING,
            next_try_at=now,
            created_at=now,
        )
        await insert_rows(tx, delivery, *beside, unless_same="key")
        if delivery.id is None:
            return None
        await self.send_off(tx, delivery)
        return delivery
