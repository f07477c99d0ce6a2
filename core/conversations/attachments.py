"""Bringing a citizen's file from its channel into our own store."""

from core.audit.live import LiveKind, announce
from core.channels import Channel, DeliveryError
from core.clock import Clock
from core.conversations.model import Attachment, Message
from core.files import FILE_LIMIT, store_file
from db.transactions import Transactions


async def fetch_attachment(transactions: Transactions, clock: Clock, channel: Channel, attachment_id: int) -> None:
    """Fetch once; a file that the channel no longer has is marked gone. Raises DeliveryError when trying later may help."""
    async with transactions.begin() as tx:
        attachment = await tx.get(Attachment, attachment_id)
        if attachment is None or attachment.state != "remote":
            return
    content: bytes | None = None
    try:
        content = await channel.fetch(attachment.remote_id, FILE_LIMIT)
    except DeliveryError as error:
        if not error.permanent:
            raise
    now = clock.now()
    async with transactions.begin() as tx:
        attachment = await tx.get_one(Attachment, attachment_id)
        message = await tx.get_one(Message, attachment.message_id)
        if content is None:
            attachment.state = "gone"
        else:
            attachment.storage_key = await store_file(tx, content, attachment.media_type, now)
            attachment.size = len(content)
            attachment.state = "stored"
        await announce(tx, LiveKind.MESSAGE, now, conversation_id=message.conversation_id, message_id=message.id or 0)
