"""Bringing a citizen's file from its channel into our own store."""

from core.audit.live import LiveKind, announce
from core.channels import Channel, DeliveryError
from core.clock import Clock
from core.conversations.model import Attachment, Message
from core.files import FILE_LIMIT, store_file
from core.judging import Fault, FileJudge
from db.transactions import Transactions


async def fetch_attachment(
    transactions: Transactions, clock: Clock, channel: Channel, judge: FileJudge, attachment_id: int
) -> None:
    """Fetch once; a file that the channel no longer has is marked gone, an infected one is kept and given to nobody.

    Raises DeliveryError when trying later may help: the channel or the virus scanner did not answer, and the file waits.
    """
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
    fault = await judge.scan(content) if content is not None else None
    if fault is Fault.UNSCANNED:
        raise DeliveryError("the file was not scanned", permanent=False)
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
            if fault is Fault.INFECTED:
                attachment.details = {**attachment.details, "warnings": [*attachment.details.get("warnings", ()), fault.value]}
        await announce(tx, LiveKind.MESSAGE, now, conversation_id=message.conversation_id, message_id=message.id or 0)
