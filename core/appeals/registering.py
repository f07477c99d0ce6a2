"""Registration of an appeal: who may be registered, the next number, the due date (reg. 2.8.3-2.8.7)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.addresses import address_key
from core.appeals.model import Appeal
from core.appeals.numbering import next_number
from core.appeals.workflow import Move, make_move
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.conversations.model import Conversation
from core.errors import NotRegistrable
from core.people.desk import Card
from core.regulation import REPLY_TERMS
from core.vocabulary import AppealStatus, DeclineReason, ReplyForm, Urgency
from core.words import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is to be registered. ``client_key`` makes a repeated registration give the same card."""

    text: str
    urgency: Urgency
    reply_form: ReplyForm
    reply_to: str = ""
    address: str = ""
    topic: str = ""
    staff_id: int | None = None
    client_key: str | None = None


async def register(
    tx: AsyncSession, conversation: Conversation, card: Card, what: Registration, calendar: WorkCalendar, now: datetime
) -> Appeal:
    """A new card, which the session does not follow; its number is taken without gaps.

    Raises NotRegistrable for an anonymous applicant (2.8.4).
    """
    if what.client_key and (known := (await tx.exec(select(Appeal).where(Appeal.client_key == what.client_key))).first()):
        return known
    lacks = [part for part in card.missing if part != "consent"]
    if card.applicant is None or lacks:
        raise NotRegistrable("no full name or no contact", reason=DeclineReason.ANONYMOUS, missing=lacks)
    today = now.astimezone(MOSCOW).date()
    last_day = due_on(what.urgency, today, calendar)
    journal = str(texts()["registration"]["journal"])
    number, shown = await next_number(tx, journal, today.year)
    appeal = Appeal(
        journal=journal,
        year=today.year,
        number=number,
        registration_number=shown,
        applicant_id=card.applicant.id or 0,
        conversation_id=conversation.id,
        channel=conversation.channel,
        text=what.text,
        address=what.address[:500],
        topic=what.topic[:200],
        urgency=what.urgency,
        reply_form=what.reply_form,
        reply_to=(what.reply_to or reply_address(card, what.reply_form))[:500],
        status=AppealStatus.REGISTERED,
        registered_at=now,
        registered_by=what.staff_id,
        counted_from=today,
        due_on=last_day,
        answer_by=last_day,
        applicant_name=card.full_name[:300],
        address_key=address_key(what.address),
        client_key=what.client_key,
    )
    await make_move(tx, appeal, Move.REGISTER, now, staff_id=what.staff_id)
    return appeal


def due_on(urgency: Urgency, registered_on: date, calendar: WorkCalendar) -> date:
    """The last day of the term (2.8.7)."""
    return REPLY_TERMS[urgency].due(registered_on, calendar)


def reply_address(card: Card, form: ReplyForm) -> str:
    """Where the reply goes in this form, from the card."""
    match form:
        case ReplyForm.EMAIL:
            return card.emails[0] if card.emails else ""
        case ReplyForm.PHONE:
            return card.phones[0] if card.phones else ""
        case ReplyForm.POST:
            return card.applicant.postal_address if card.applicant else ""
        case ReplyForm.TELEGRAM:
            return ""
