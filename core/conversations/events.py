"""What happens in a chat without being said: edits, and a person stopping or resuming the channel."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.channels import Inbound, InboundKind
from core.conversations.records import TEXT_LIMIT
from core.conversations.situation import Situation

_EDITED = text(
    "SELECT id, text FROM message WHERE conversation_id = :conversation AND external_id = :external AND author = 'citizen'"
    " ORDER BY id LIMIT 1"
)
_KEEP = text("INSERT INTO message_version (message_id, text, replaced_at) VALUES (:message, :before, :now)")
_REPLACE = text("UPDATE message SET text = :after, edited_at = :now WHERE id = :message")
_BLOCKED = text("UPDATE channel_identity SET blocked_at = :at WHERE id = :identity")


async def note_event(tx: AsyncSession, at: Situation, inbound: Inbound, now: datetime) -> None:
    """Write the event down; operators see it at once."""
    if inbound.kind is InboundKind.EDIT:
        await _edit(tx, at, inbound, now)
        return
    blocked = now if inbound.kind is InboundKind.BLOCKED else None
    await tx.execute(_BLOCKED, {"at": blocked, "identity": at.identity_id})
    await announce(tx, LiveKind.CONVERSATION, now, conversation_id=at.conversation_id)


async def _edit(tx: AsyncSession, at: Situation, inbound: Inbound, now: datetime) -> None:
    found = await tx.execute(_EDITED, {"conversation": at.conversation_id, "external": inbound.external_id})
    message = found.mappings().first()
    after = inbound.text[:TEXT_LIMIT].replace("\x00", "")
    if message is None or message["text"] == after:
        return
    await tx.execute(_KEEP, {"message": message["id"], "before": message["text"], "now": now})
    await tx.execute(_REPLACE, {"message": message["id"], "after": after, "now": now})
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=at.conversation_id, message_id=message["id"])
