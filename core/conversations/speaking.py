"""What the office says in a conversation by itself: a message with its delivery, past the dialogue and the operator."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.conversations.model import Conversation, Message
from core.conversations.turn import drawn, rows_of
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.dialogue import Button
from core.people.model import ChannelIdentity
from core.table import change_row
from core.vocabulary import Author, ChannelName

PREVIEW = 200

Where = tuple[Conversation, ChannelIdentity]
"""A conversation and whose it is."""
_NEWEST = (
    select(Conversation, ChannelIdentity)
    .join(ChannelIdentity, col(ChannelIdentity.id) == Conversation.identity_id)
    .where(ChannelIdentity.channel == bindparam("channel"), ChannelIdentity.external_mark == bindparam("account"))
    .order_by(col(Conversation.id).desc())
    .limit(1)
)


async def on_telegram(tx: AsyncSession, account: str) -> Where | None:
    """The newest conversation with the account; None when there was none."""
    return await _newest(tx, ChannelName.TELEGRAM, account)


async def by_email(tx: AsyncSession, address: str) -> Where | None:
    """The newest conversation by mail with the address; None when there was none."""
    return await _newest(tx, ChannelName.EMAIL, address.lower())


async def show(
    tx: AsyncSession, conversation: Conversation, words: str, now: datetime, *, buttons: Sequence[Button] = ()
) -> Message:
    """Write a message of the office into the thread; who reads it there has it from elsewhere, or from the caller's delivery."""
    message = _message(conversation, words, now, buttons)
    await _put_in(tx, conversation, message)
    return message


async def _newest(tx: AsyncSession, channel: ChannelName, account: str) -> Where | None:
    return (await tx.exec(_NEWEST, params={"channel": channel.value, "account": account})).first()


async def speak(
    tx: AsyncSession,
    outbox: Outbox,
    where: Where,
    words: str,
    now: datetime,
    *,
    told: str = "",
    buttons: Sequence[Button] = (),
    columns: int = 1,
    of_record: bool = True,
    subject: str = "",
    files: Sequence[Mapping[str, str]] = (),
) -> Delivery:
    """Write a message of the office and its delivery.

    ``words`` are what the thread keeps for the staff; ``told``, when it differs, is what the person alone reads. The buttons stand
    ``columns`` in a row.
    """
    conversation, who = where
    message = _message(conversation, words, now, buttons)
    content: dict[str, object] = {"text": told or words}
    if buttons:
        content["buttons"] = rows_of(buttons, columns)
    if files:
        content["files"] = [dict(file) for file in files]
    delivery = await outbox.drafted(
        tx,
        conversation=conversation,
        identity=who,
        message=message,
        content=content,
        of_record=of_record,
        now=now,
        subject=subject,
    )
    await _put_in(tx, conversation, message, delivery)
    await outbox.send_off(tx, delivery)
    return delivery


def _message(conversation: Conversation, words: str, now: datetime, buttons: Sequence[Button]) -> Message:
    return Message(conversation_id=conversation.id or 0, author=Author.SYSTEM, text=words, buttons=drawn(buttons), created_at=now)


async def _put_in(tx: AsyncSession, conversation: Conversation, message: Message, *deliveries: Delivery) -> None:
    """Write the message into the thread, and its deliveries beside it."""
    now = message.created_at
    seen = {"last_message_at": now, "last_author": Author.SYSTEM, "preview": message.text[:PREVIEW]}
    await change_row(tx, conversation, seen, message, *deliveries, links=[(one, "message_id", message) for one in deliveries])
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=conversation.id or 0, message_id=message.id or 0)
