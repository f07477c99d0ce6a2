"""Reports of mail servers: each finds the delivery that it tells of; what came back becomes somebody's task (reg. 2.8.8, 2.8.9)."""

import re
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.conversations.holding import locked
from core.deliveries.desk import DeliveryDesk, told_error
from core.deliveries.model import Delivery
from core.errors import Conflict
from core.mail.addresses import note_bounce, note_life
from core.mail.answering import appeal_of
from core.mail.model import Mail
from core.mail.port import Failure, MailKind, ReadMail
from core.mail.threads import delivery_of
from core.mail.vocabulary import Place
from core.tasks.raising import raise_task
from core.vocabulary import ChannelName, ConversationMode, DeliveryState, TaskKind

BOUNCE_TOKEN = "b"  # noqa: S105  # the purpose of a token, no secret
_ENVELOPE = re.compile(r"b-(\d{1,18})-[a-z2-7]+", re.IGNORECASE)


class Reports:
    """Takes reports in."""

    def __init__(self, *, deliveries: DeliveryDesk) -> None:
        self._deliveries = deliveries

    async def receive(self, tx: AsyncSession, mail: Mail, read: ReadMail, now: datetime) -> None:
        """Mark the delivery and the addresses. A report of nothing that we sent is kept for somebody to look at.

        Raises Conflict when the delivery has not been recorded as sent yet: the report was quicker, and is taken up again.
        """
        delivery = await find_delivery(tx, read)
        if delivery is None:
            mail.came_to, mail.needs_look = Place.ASIDE, read.kind is MailKind.BOUNCE
            return
        mail.came_to, mail.delivery_id = Place.REPORT, delivery.id
        mail.conversation_id = delivery.conversation_id
        delivery = await tx.get_one(Delivery, delivery.id, with_for_update=True, populate_existing=True)
        if delivery.state == DeliveryState.SENDING:
            raise Conflict("the delivery is still being sent")
        failures = read.report.failures if read.report else ()
        match read.kind:
            case MailKind.DELAY:
                delivery.delayed_at, delivery.error = now, told_error(_told(failures))
            case MailKind.DELIVERED:
                await note_life(tx, delivery.recipient)
                await self._deliveries.report(tx, delivery, DeliveryState.DELIVERED)
            case _:
                await self._bounced(tx, mail, delivery, failures, now)

    async def _bounced(
        self, tx: AsyncSession, mail: Mail, delivery: Delivery, failures: tuple[Failure, ...], now: datetime
    ) -> None:
        """A copy that came back is noted at its address; the letter itself came back only when its own addressee did not get it."""
        copies = {str(one).casefold() for one in delivery.content.get("cc") or ()}
        own = [failure for failure in failures if failure.recipient.casefold() not in copies]
        for failure in failures:  # where the addressee's mail is handed on, the report names an address that we do not know
            await note_bounce(tx, replace(failure, recipient=delivery.recipient) if failure in own else failure, now)
        if failures and not own:
            mail.needs_look = True
            return
        if delivery.state in (DeliveryState.BOUNCED, DeliveryState.FAILED):
            return
        await self._deliveries.report(tx, delivery, DeliveryState.BOUNCED, _told(failures))
        if not delivery.subject:
            await _raise(tx, mail, delivery, now)


async def find_delivery(tx: AsyncSession, read: ReadMail) -> Delivery | None:
    """By the sealed address that it came to, then by our Message-ID, then by the ENVID, which must agree with the addressee."""
    for answered in read.answers:
        if answered.purpose == BOUNCE_TOKEN:
            found = await tx.get(Delivery, answered.number)
            if found is not None and found.channel == ChannelName.EMAIL:
                return found
    report = read.report
    if report is None:
        return None
    found = await delivery_of(tx, report.message_id) if report.message_id else None
    if found is not None:
        return found
    named = _ENVELOPE.fullmatch(report.envelope_id.strip())
    told = await tx.get(Delivery, int(named[1])) if named else None
    recipients = {failure.recipient.casefold() for failure in report.failures}
    is_ours = told is not None and told.channel == ChannelName.EMAIL and told.recipient.casefold() in recipients
    return told if is_ours else None


async def _raise(tx: AsyncSession, mail: Mail, delivery: Delivery, now: datetime) -> None:
    """A letter of a conversation that nobody follows: the conversation waits, and the task says what came back."""
    appeal: Appeal | None = None
    if delivery.conversation_id is not None:
        conversation = await locked(tx, delivery.conversation_id)
        appeal = await appeal_of(tx, conversation)
        if conversation.mode in (ConversationMode.OPERATOR, ConversationMode.WAITING):
            conversation.unread += 1
    await raise_task(
        tx,
        TaskKind.DELIVERY_FAILED,
        now,
        key=f"bounced:{delivery.id}",
        appeal_id=appeal.id if appeal else None,
        assignee_id=appeal.assignee_id if appeal else None,
        conversation=delivery.conversation_id,
        mail=mail.id,
        form="email",
    )


def _told(failures: tuple[Failure, ...]) -> str:
    """What the servers said, for whoever looks at the delivery."""
    return "; ".join(" ".join(part for part in (one.status, one.diagnostic) if part) for one in failures)
