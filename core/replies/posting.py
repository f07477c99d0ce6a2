"""How a reply goes out in each form (reg. 2.8.8): a message, a letter, a call to make, a page for the post."""

from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.audit.live import LiveKind, announce
from core.calls.model import CallTask
from core.clock import MOSCOW
from core.conversations.model import Conversation, Message
from core.dates import spoken_date
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.errors import Invalid
from core.files import store_file
from core.people.desk import card_of
from core.people.model import ChannelIdentity
from core.people.phones import find_phones
from core.replies.model import Reply
from core.tasks.raising import raise_task
from core.typist import PrintedLetter
from core.vocabulary import Author, CallPurpose, ChannelName, ReplyState, TaskKind
from core.words import say

PDF = "application/pdf"
PREVIEW = 200


async def send_message(tx: AsyncSession, outbox: Outbox, appeal: Appeal, reply: Reply, now: datetime) -> Delivery:
    """A message in the applicant's newest conversation on Telegram; raises Invalid (fields: form) when there is none."""
    found = (
        select(Conversation, ChannelIdentity)
        .join(ChannelIdentity, col(ChannelIdentity.id) == Conversation.identity_id)
        .where(ChannelIdentity.channel == ChannelName.TELEGRAM, ChannelIdentity.external_id == reply.address)
        .order_by(col(Conversation.id).desc())
    )
    pair = (await tx.exec(found)).first()
    if pair is None:
        raise Invalid("no conversation on Telegram", fields={"form": "no_telegram"})
    conversation, who = pair
    message = Message(conversation_id=conversation.id or 0, author=Author.SYSTEM, text=reply.body, created_at=now)
    tx.add(message)
    await tx.flush()
    conversation.last_message_at, conversation.last_author, conversation.preview = now, Author.SYSTEM, reply.body[:PREVIEW]
    await announce(tx, LiveKind.MESSAGE, now, conversation_id=conversation.id or 0, message_id=message.id or 0)
    return await outbox.write(
        tx,
        conversation=conversation,
        identity=who,
        message=message,
        content={"text": reply.body},
        of_record=True,
        now=now,
        subject=f"reply:{reply.id}",
    )


async def send_letter(tx: AsyncSession, outbox: Outbox, reply: Reply, now: datetime) -> Delivery | None:
    """A letter to the address of the reply."""
    content = {"subject": reply.subject, "text": reply.body, "files": [], "kind": "reply"}
    return await outbox.write_letter(
        tx,
        channel=ChannelName.EMAIL,
        recipient=reply.address,
        content=content,
        now=now,
        subject=f"reply:{reply.id}",
        key=f"reply:{reply.id}:{reply.version}",
    )


async def ask_for_call(tx: AsyncSession, reply: Reply, now: datetime, due_on: date) -> None:
    """Put the call that reads the reply out on the operators' list; its address must hold a telephone."""
    tx.add(
        CallTask(
            appeal_id=reply.appeal_id,
            reply_id=reply.id,
            purpose=CallPurpose.REPLY,
            phone=find_phones(reply.address, expected=True)[0],
            due_on=due_on,
            opened_at=now,
        )
    )
    await tx.flush()


async def printed_of(tx: AsyncSession, appeal: Appeal, reply: Reply, today: date, signed_by: str) -> PrintedLetter:
    """What the page for the post says."""
    card = await card_of(tx, appeal.applicant_id)
    return PrintedLetter(
        to_name=card.full_name or appeal.applicant_name,
        to_address=reply.address,
        number=appeal.registration_number,
        dated=spoken_date(today),
        subject=reply.subject,
        text=reply.body,
        signed_by=signed_by,
        signed_as=say("centre.signature"),
    )


async def put_to_print(tx: AsyncSession, appeal: Appeal, reply: Reply, page: bytes, now: datetime) -> None:
    """Keep the page on the card and ask an operator to print and post it."""
    reply.document_key = await store_file(tx, page, PDF, now)
    tx.add(
        AppealFile(
            appeal_id=reply.appeal_id,
            kind="reply",
            file_name=say("reply.file", number=appeal.registration_number.replace("/", "-")),
            media_type=PDF,
            size=len(page),
            storage_key=reply.document_key,
            added_by_id=reply.sent_by_id,
            added_at=now,
        )
    )
    reply.state = ReplyState.TO_PRINT
    await raise_task(
        tx,
        TaskKind.REPLY_TO_PRINT,
        now,
        key=f"print:{reply.id}:{reply.version}",
        appeal_id=appeal.id,
        reply_id=reply.id,
        assignee_id=appeal.assignee_id,
        due_on=now.astimezone(MOSCOW).date(),
    )
