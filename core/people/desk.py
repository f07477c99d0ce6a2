"""Applicants: found or made for a person on a channel, completed by operators, and what is still missing (reg. 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import Conversation
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.people.emails import find_emails
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.people.names import find_full_name
from core.people.phones import find_phones
from db.transactions import Transactions

PHONE, EMAIL = "phone", "email"
ORGANISATION = "organisation"
_CARD = (
    select(Applicant, ContactPoint)
    .outerjoin(ContactPoint, col(ContactPoint.applicant_id) == Applicant.id)
    .where(Applicant.id == bindparam("applicant"))
    .order_by(col(ContactPoint.id))
)
Contacts = tuple[tuple[str, tuple[str, ...]], ...]
"""Values by kind, in their stored form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An applicant with the ways to reach them; ``missing`` names what a registration still needs."""

    applicant: Applicant | None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic, or the organisation's name; empty when unknown."""
        if self.applicant is None:
            return ""
        if self.applicant.kind == ORGANISATION and self.applicant.organisation:
            return self.applicant.organisation
        return full_name_of(self.applicant)

    @property
    def missing(self) -> tuple[str, ...]:
        """Of full_name, contact and consent, those that are not there yet."""
        person = self.applicant
        lacks = []
        if person is None or not (person.organisation or (person.surname and person.given_name)):
            lacks.append("full_name")
        if not (self.phones or self.emails or (person and person.postal_address)):
            lacks.append("contact")
        if person is None or person.consent_at is None:
            lacks.append("consent")
        return tuple(lacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardForm:
    """A card as an operator typed it; phones and e-mails in any form."""

    kind: str = "person"
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    organisation: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    postal_address: str = ""
    consent: bool = False
    version: int = 1


def full_name_of(applicant: Applicant) -> str:
    """Surname, given name and patronymic in this order."""
    return " ".join(part for part in (applicant.surname, applicant.given_name, applicant.patronymic) if part)


async def card_of(tx: AsyncSession, applicant_id: int | None) -> Card:
    """The card of an applicant; an empty card when there is none yet."""
    if applicant_id is None:
        return Card(applicant=None)
    found = (await tx.exec(_CARD, params={"applicant": applicant_id})).all()
    points = [point for _, point in found if point is not None]
    return Card(
        applicant=found[0][0] if found else None,
        phones=tuple(point.value for point in points if point.kind == PHONE),
        emails=tuple(point.value for point in points if point.kind == EMAIL),
    )


async def applicant_for(tx: AsyncSession, conversation: Conversation, now: datetime) -> Applicant:
    """The applicant of a conversation, made when there is none yet and tied to the person's channel identity."""
    identity = await tx.get(ChannelIdentity, conversation.identity_id)
    known = conversation.applicant_id or (identity.applicant_id if identity else None)
    applicant = await tx.get(Applicant, known) if known else None
    if applicant is None:
        applicant = Applicant(created_at=now)
        tx.add(applicant)
        await tx.flush()
    if identity is not None and identity.applicant_id is None:
        identity.applicant_id = applicant.id
    conversation.applicant_id = applicant.id
    return applicant


async def add_contact(tx: AsyncSession, applicant: Applicant, kind: str, value: str) -> None:
    """Add a telephone or an e-mail unless the applicant has it already."""
    known = select(ContactPoint).where(
        ContactPoint.applicant_id == applicant.id, ContactPoint.kind == kind, ContactPoint.value_mark == value
    )
    if value and (await tx.exec(known)).first() is None:
        tx.add(ContactPoint(applicant_id=applicant.id or 0, kind=kind, value=value))
        await tx.flush()


def set_name(applicant: Applicant, full_name: str) -> None:
    """Write a full name that was said in one piece into its parts."""
    name = find_full_name(full_name, expected=True)
    if name is not None:
        applicant.surname = name.surname[:100]
        applicant.given_name = name.given_name[:100]
        applicant.patronymic = (name.patronymic or "")[:100]


class ApplicantDesk:
    """What operators do with a card."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def save(self, conversation_id: int, form: CardForm, *, staff_id: int) -> Card:
        """Store an edited card; raises Invalid with the unreadable fields, Conflict when it was changed meanwhile."""
        contacts = read_contacts(form)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation = await tx.get(Conversation, conversation_id, with_for_update=True)
            if conversation is None:
                raise NotFound("no such conversation")
            applicant = await applicant_for(tx, conversation, now)
            card = await write_card(tx, applicant, form, contacts, now, staff_id=staff_id)
            await end_draft(tx, staff_id, DraftKind.CARD, conversation_id, now)
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            return card


async def write_card(
    tx: AsyncSession, applicant: Applicant, form: CardForm, contacts: Contacts, now: datetime, *, staff_id: int
) -> Card:
    """Write a typed card over the stored one and name the person's appeals anew; raises Conflict when it was changed meanwhile."""
    if applicant.version != form.version:
        raise Conflict("the card was changed meanwhile", version=applicant.version)
    _write(applicant, form, now)
    await tx.exec(delete(ContactPoint).where(col(ContactPoint.applicant_id) == applicant.id))
    for kind, values in contacts:
        tx.add_all(ContactPoint(applicant_id=applicant.id or 0, kind=kind, value=value) for value in values)
    await tx.flush()
    await name_appeals(tx, applicant)
    await record(tx, now, "applicant.saved", f"applicant:{applicant.id}", staff_id=staff_id)
    return await card_of(tx, applicant.id)


async def name_appeals(tx: AsyncSession, applicant: Applicant) -> None:
    """Let the lists of appeals show the name that the card has now."""
    named = update(Appeal).where(col(Appeal.applicant_id) == applicant.id)
    name = Card(applicant=applicant).full_name[:300]
    await tx.execute(named.where(col(Appeal.applicant_name) != name).values(applicant_name=name))


def read_contacts(form: CardForm) -> Contacts:
    """The telephones and e-mails of a typed card in their stored form; raises Invalid with the unreadable fields."""
    problems: dict[str, str] = {}
    phones, emails = [], []
    for position, typed in enumerate(form.phones):
        found = find_phones(typed)
        if found:
            phones.append(found[0])
        elif typed.strip():
            problems[f"phones.{position}"] = "unreadable_phone"
    for position, typed in enumerate(form.emails):
        found = find_emails(typed)
        if found:
            emails.append(found[0])
        elif typed.strip():
            problems[f"emails.{position}"] = "unreadable_email"
    if problems:
        raise Invalid("the contacts cannot be read", fields=problems)
    return ((PHONE, tuple(dict.fromkeys(phones))), (EMAIL, tuple(dict.fromkeys(emails))))


def _write(applicant: Applicant, form: CardForm, now: datetime) -> None:
    applicant.kind = form.kind
    applicant.surname = form.surname.strip()
    applicant.given_name = form.given_name.strip()
    applicant.patronymic = form.patronymic.strip()
    applicant.organisation = form.organisation.strip()
    applicant.postal_address = form.postal_address.strip()
    if form.consent and applicant.consent_at is None:
        applicant.consent_at = now
    applicant.version += 1
