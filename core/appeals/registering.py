"""Registration of an appeal: who may be registered, the next number, the due date (reg. 2.8.3-2.8.7)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealMove
from core.audit.trail import record
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.conversations.model import Conversation
from core.errors import NotRegistrable
from core.people.desk import Card
from core.regulation import REPLY_TERMS
from core.vocabulary import AppealStatus, DeclineReason, ReplyForm, Urgency
from core.words import say, texts

_NEXT_NUMBER = text(
    "INSERT INTO appeal_counter (journal, year, last) VALUES (:journal, :year, 1)"
    " ON CONFLICT (journal, year) DO UPDATE SET last = appeal_counter.last + 1 RETURNING last"
)


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
    """A new card; its number is taken without gaps. Raises NotRegistrable for an anonymous applicant (2.8.4)."""
    if what.client_key and (known := (await tx.exec(select(Appeal).where(Appeal.client_key == what.client_key))).first()):
        return known
    lacks = [part for part in card.missing if part != "consent"]
    if card.applicant is None or lacks:
        raise NotRegistrable("no full name or no contact", reason=DeclineReason.ANONYMOUS, missing=lacks)
    today = now.astimezone(MOSCOW).date()
    journal = str(texts()["registration"]["journal"])
    number = (await tx.execute(_NEXT_NUMBER, {"journal": journal, "year": today.year})).scalar_one()
    appeal = Appeal(
        journal=journal,
        year=today.year,
        number=number,
        registration_number=say("registration.number", journal=journal, number=number, year=today.year),
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
        due_on=due_on(what.urgency, today, calendar),
        client_key=what.client_key,
    )
    tx.add(appeal)
    await tx.flush()
    move = AppealMove(appeal_id=appeal.id or 0, move="register", status=appeal.status, staff_id=what.staff_id, made_at=now)
    tx.add(move)
    await record(tx, now, "appeal.registered", f"appeal:{appeal.id}", staff_id=what.staff_id, conversation=conversation.id)
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
