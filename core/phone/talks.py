"""The conversation behind a call: a caller with a number has one like on any channel, a caller without one for each call."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.conversations.model import Contact, Conversation
from core.people.model import ChannelIdentity
from core.phone.model import PhoneCall
from core.vocabulary import ChannelName, ConversationMode
from db.types import Marked, Sealed

UNKNOWN = "call:"

_IDENTITY = text(
    "INSERT INTO channel_identity (channel, external_id, external_mark, display_name, created_at)"
    " VALUES (:channel, :sender, :mark, '', :now)"
    " ON CONFLICT (channel, external_mark) DO UPDATE SET external_mark = EXCLUDED.external_mark RETURNING id"
).bindparams(bindparam("sender", type_=Sealed("channel_identity.external_id")), bindparam("mark", type_=Marked))


def sender_of(caller: str, call_sid: str) -> str:
    """Who the caller is on the voice channel: the number, or for a hidden one the call itself."""
    return caller or f"{UNKNOWN}{call_sid}"


async def talk_of(tx: AsyncSession, call: PhoneCall, now: datetime) -> Conversation:
    """The call's open conversation, made and counted as a contact when there is none; the call remembers it."""
    known = await tx.get(Conversation, call.conversation_id, with_for_update=True) if call.conversation_id else None
    if known is not None and known.mode != ConversationMode.CLOSED:
        return known
    identity = await _identity(tx, call, now)
    wanted = select(Conversation).where(Conversation.identity_id == identity.id, Conversation.mode != ConversationMode.CLOSED)
    talk = (await tx.exec(wanted.with_for_update())).first()
    if talk is None:
        talk = Conversation(
            channel=ChannelName.VOICE,
            identity_id=identity.id or 0,
            applicant_id=identity.applicant_id,
            last_message_at=now,
            opened_at=now,
        )
        tx.add(talk)
        await tx.flush()
        tx.add(Contact(conversation_id=talk.id or 0, channel=ChannelName.VOICE, started_at=now))
    call.conversation_id, call.applicant_id = talk.id, talk.applicant_id
    await tx.flush()
    return talk


async def _identity(tx: AsyncSession, call: PhoneCall, now: datetime) -> ChannelIdentity:
    sender = sender_of(call.caller, call.call_sid)
    values = {"channel": ChannelName.VOICE.value, "sender": sender, "mark": sender, "now": now}
    made = (await tx.execute(_IDENTITY, values)).scalar_one()
    return await tx.get_one(ChannelIdentity, made)
