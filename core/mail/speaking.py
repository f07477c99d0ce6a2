"""A mail in a conversation: which one it is, what the mail says in it, and what the centre's machine answers there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.channels import Inbound, InboundKind
from core.conversations.holding import locked
from core.conversations.model import Attachment, Contact, Conversation, Message
from core.conversations.records import PREVIEW, TEXT_LIMIT
from core.conversations.situation import load, reload
from core.deliveries.outbox import Outbox
from core.mail.model import Mail, MailPart
from core.mail.port import MailPerson
from core.mail.threads import Thread
from core.people.model import ChannelIdentity
from core.staff.uploads import kind_of
from core.vocabulary import Author, ChannelName, ConversationMode

WORDLESS = frozenset({"signature"})
"""Kinds of files that say nothing to an operator."""


async def conversation_of(tx: AsyncSession, thread: Thread, writer: MailPerson, now: datetime, *, reopen: bool) -> Conversation:
    """The writer's open conversation, else the one that the thread was in, else a new one; locked.

    ``reopen``: a closed one is opened again, and counts as a contact (2.5.2); otherwise it is only added to.
    """
    name = "" if "@" in writer.name else writer.name
    inbound = Inbound(channel=ChannelName.EMAIL, kind=InboundKind.MESSAGE, sender=writer.address, sender_name=name)
    is_open = await reload(tx, ChannelName.EMAIL, writer.address)
    earlier = None if is_open else await _earlier(tx, thread, writer.address)
    if earlier is None:
        return await locked(tx, (await load(tx, inbound, now)).conversation_id)
    conversation = await locked(tx, earlier)
    if reopen:
        conversation.mode, conversation.closed_at, conversation.closed_as = ConversationMode.BOT, None, ""
        conversation.operator_id = None
        tx.add(Contact(conversation_id=earlier, channel=ChannelName.EMAIL, started_at=now))
    return conversation


async def put_in(
    tx: AsyncSession, conversation: Conversation, mail: Mail, parts: Sequence[MailPart], words: str, details: Mapping[str, Any]
) -> Message:
    """The mail as a message of the conversation, with its files."""
    now = mail.routed_at or mail.received_at
    message = Message(
        conversation_id=conversation.id or 0,
        author=Author.CITIZEN,
        text=words[:TEXT_LIMIT],
        details={"mail_id": mail.id, "subject": mail.subject, **details},
        created_at=now,
    )
    tx.add(message)
    await tx.flush()
    mail.conversation_id, mail.message_id_of_thread = conversation.id, message.id
    tx.add_all(_attachment(message, part) for part in parts if part.kind not in WORDLESS)
    conversation.last_message_at, conversation.last_author = now, Author.CITIZEN
    conversation.preview = " ".join((words or mail.subject).split())[:PREVIEW]
    conversation.version += 1
    await tx.flush()
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=message.conversation_id, message_id=message.id or 0)
    return message


async def answer_with(
    tx: AsyncSession, outbox: Outbox, conversation: Conversation, words: str, now: datetime, *, kind: str, of_record: bool
) -> Message:
    """A letter of the centre's machine, shown in the conversation."""
    identity = await tx.get_one(ChannelIdentity, conversation.identity_id)
    message = Message(conversation_id=conversation.id or 0, author=Author.BOT, text=words, created_at=now)
    tx.add(message)
    await tx.flush()
    await outbox.write(
        tx,
        conversation=conversation,
        identity=identity,
        message=message,
        content={"text": words, "kind": kind},
        of_record=of_record,
        now=now,
    )
    conversation.last_message_at, conversation.last_author = now, Author.BOT
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=message.conversation_id, message_id=message.id or 0)
    return message


async def to_operators(tx: AsyncSession, conversation: Conversation, reason: str, now: datetime) -> None:
    """Let the conversation wait for an operator; its place in the queue is kept, and so is whoever holds it."""
    conversation.unread += 1
    if conversation.mode == ConversationMode.OPERATOR:
        return
    kind = LiveKind.CONVERSATION if conversation.mode == ConversationMode.WAITING else LiveKind.HANDED_OFF
    if conversation.mode != ConversationMode.WAITING:
        conversation.mode, conversation.waiting_since = ConversationMode.WAITING, now
        conversation.hand_off_reason = reason
    await tx.flush()
    await announce(tx, kind, now, conversation_id=conversation.id or 0)


async def _earlier(tx: AsyncSession, thread: Thread, address: str) -> int | None:
    """The closed conversation in which the thread went on with this writer."""
    own = select(ChannelIdentity.id).where(ChannelIdentity.channel == ChannelName.EMAIL, ChannelIdentity.external_mark == address)
    identity = (await tx.exec(own)).first()
    if identity is None:
        return None
    if thread.conversation is not None and thread.conversation.identity_id == identity:
        return thread.conversation.id
    if thread.appeal is None:
        return None
    known = select(Mail.conversation_id).where(
        Mail.appeal_id == thread.appeal.id, Mail.author_mark == address, col(Mail.conversation_id).is_not(None)
    )
    return (await tx.exec(known.order_by(col(Mail.id).desc()).limit(1))).first()


def _attachment(message: Message, part: MailPart) -> Attachment:
    """``details`` let the screen warn before the file is opened."""
    details = {"mail_part": part.id, "part": part.kind, "content_id": part.content_id, "warnings": part.warnings}
    return Attachment(
        message_id=message.id or 0,
        kind=kind_of(part.media_type),
        file_name=part.name,
        media_type=part.media_type,
        size=part.size,
        state="stored" if part.storage_key else "gone",
        storage_key=part.storage_key,
        details=details,
    )
