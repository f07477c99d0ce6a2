"""How a reply goes out in each form (reg. 2.8.8): a message, a letter, a call to make, a page for the post."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile
from core.calls.model import CallTask
from core.clock import MOSCOW
from core.conversations.speaking import by_email, on_telegram, show, speak
from core.dates import spoken_date
from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.dialogue import Button
from core.errors import Invalid
from core.files import store_file
from core.mail.answering import thread_of_appeal
from core.people.desk import card_of
from core.people.phones import find_phones
from core.replies.enclosing import as_files, attach, enclosed_of
from core.replies.model import Reply
from core.tasks.raising import raise_task
from core.typist import PrintedLetter
from core.vocabulary import CallPurpose, ChannelName, ReplyState, TaskKind
from core.words import say

PDF = "application/pdf"
_SHOWN = text("UPDATE delivery SET conversation_id = :conversation, message_id = :message WHERE id = :letter")


async def send_message(
    tx: AsyncSession, outbox: Outbox, reply: Reply, now: datetime, *, told: str = "", buttons: Sequence[Button] = ()
) -> Delivery:
    """A message in the applicant's newest conversation on Telegram; raises Invalid (fields: form) when there is none.

    ``told``, when it differs from the reply's text, is what the applicant alone reads.
    """
    where = await on_telegram(tx, reply.address)
    if where is None:
        raise Invalid("no conversation on Telegram", fields={"form": "no_telegram"})
    subject, enclosed = f"reply:{reply.id}", await enclosed_of(tx, reply)
    delivery = await speak(
        tx,
        outbox,
        where,
        reply.body,
        now,
        told=told,
        buttons=buttons,
        columns=len(buttons) or 1,
        subject=subject,
        files=as_files(enclosed),
    )
    await attach(tx, delivery.message_id or 0, enclosed)
    return delivery


async def send_letter(tx: AsyncSession, outbox: Outbox, reply: Reply, now: datetime, *, told: str = "") -> Delivery | None:
    """A letter to the address of the reply, shown in the conversation by mail if there is one; ``told`` as in ``send_message``."""
    enclosed, where = await enclosed_of(tx, reply), await by_email(tx, reply.address)
    content = {"subject": reply.subject, "text": told or reply.body, "files": as_files(enclosed), "kind": "reply"}
    letter = await outbox.write_letter(
        tx,
        channel=ChannelName.EMAIL,
        recipient=reply.address,
        content={**content, **await thread_of_appeal(tx, reply.appeal_id, reply.address)},
        now=now,
        subject=f"reply:{reply.id}",
        key=f"reply:{reply.id}:{reply.version}",
    )
    if letter is not None and where is not None:
        message = await show(tx, where[0], reply.body, now)
        letter.conversation_id, letter.message_id = message.conversation_id, message.id
        await tx.execute(_SHOWN, {"letter": letter.id, "conversation": message.conversation_id, "message": message.id})
        await attach(tx, message.id or 0, enclosed)
    return letter


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
    """What the page for the post says; the files that go along are named below the text."""
    card = await card_of(tx, appeal.applicant_id)
    names = [f"{at}. {memo.file_name}" for at, memo in enumerate(await enclosed_of(tx, reply), start=1)]
    enclosed = say("reply.enclosed", names="\n".join(names)) if names else ""
    return PrintedLetter(
        to_name=card.full_name or appeal.applicant_name,
        to_address=reply.address,
        number=appeal.registration_number,
        dated=spoken_date(today),
        subject=reply.subject,
        text=f"{reply.body}\n\n{enclosed}".strip(),
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
            file_name=file_name_of(appeal, "pdf"),
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


def file_name_of(appeal: Appeal, ending: str) -> str:
    """Under which name a reply on paper is kept and saved."""
    return say("reply.file", number=appeal.registration_number.replace("/", "-"), ending=ending)
