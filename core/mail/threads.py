"""Whose thread a mail belongs to: what only the addressee of our letter can know comes first, what anybody can type comes last."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.conversations.model import Conversation
from core.deliveries.model import Delivery
from core.departments.model import Absence, Department, Liaison
from core.lexicon.tokens import fold
from core.mail.model import Mail
from core.mail.port import ReadMail
from core.people.model import ChannelIdentity, ContactPoint
from core.people.normaliser import find_appeal_numbers
from core.replies.model import Reply
from core.requests.model import InformationRequest
from core.vocabulary import ChannelName
from core.words import say

MOST_IDS = 30
"""Of a mail's In-Reply-To and References, how many are looked up."""
_OURS = re.compile(r"<delivery\.(\d{1,18})\.[a-z2-7]+@[^<>\s]+>", re.IGNORECASE)


class Known(StrEnum):
    """How the thread was recognised; the first two prove that the writer got a letter of ours."""

    TOKEN = "token"  # noqa: S105  # a way of knowing, no secret
    REFERENCES = "references"
    SUBJECT = "subject"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a mail is about. ``claimed`` are appeals whose numbers it names although it does not come from their applicants."""

    by: Known | None = None
    appeal: Appeal | None = None
    conversation: Conversation | None = None
    request: InformationRequest | None = None
    claimed: tuple[int, ...] = ()


async def find_thread(tx: AsyncSession, read: ReadMail, author: str) -> Thread:
    """By the token in the address, then by the ids of our letters, then by the number in the subject, then in the quoted text.

    A number counts from its owner's address only, so never in a mail that the address's domain disowns (DMARC).
    """
    proven = await _by_token(tx, read) or await _by_references(tx, read, author)
    if proven is None and read.checked.dmarc != "fail":
        proven = await _by_number(tx, read.subject, author, Known.SUBJECT) or await _by_quoted(tx, read, author)
    return proven or Thread(claimed=await _claimed(tx, read))


async def delivery_of(tx: AsyncSession, message_id: str) -> Delivery | None:
    """Our letter with this Message-ID: its seal must be the one that was sent."""
    found = _OURS.fullmatch(message_id.strip())
    if found is None:
        return None
    delivery = await tx.get(Delivery, int(found[1]))
    return delivery if delivery is not None and delivery.provider_id == message_id.strip() else None


async def is_applicants(tx: AsyncSession, appeal: Appeal, address: str) -> bool:
    """Whether this is an address of the appeal's applicant."""
    if not address:
        return False
    if appeal.reply_to.casefold() == address:
        return True
    points = select(ContactPoint.id).where(
        ContactPoint.applicant_id == appeal.applicant_id,
        ContactPoint.kind == "email",
        ContactPoint.value_mark == address,
    )
    identities = select(ChannelIdentity.id).where(
        ChannelIdentity.applicant_id == appeal.applicant_id,
        ChannelIdentity.channel == ChannelName.EMAIL,
        ChannelIdentity.external_mark == address,
    )
    return any([(await tx.exec(wanted.limit(1))).first() is not None for wanted in (points, identities)])


async def official_of(tx: AsyncSession, address: str) -> str | None:
    """The name of the official, or of the department, whose address this is; None for anybody else."""
    if not address:
        return None
    liaison = await tx.exec(select(Liaison.full_name).where(func.lower(Liaison.email) == address, col(Liaison.is_active)))
    stand_in = await tx.exec(select(Absence.substitute_name).where(func.lower(Absence.substitute_email) == address))
    head = await tx.exec(
        select(Department.name).where(or_(func.lower(Department.email) == address, func.lower(Department.head_email) == address))
    )
    return liaison.first() or stand_in.first() or head.first()


async def answers_for(tx: AsyncSession, request: InformationRequest, address: str) -> bool:
    """Whether whoever has this address may speak for the department that was asked."""
    if address in {request.addressee_email.casefold(), request.copy_to.casefold()} - {""}:
        return True
    listed = select(Liaison.id).where(Liaison.department == request.department, func.lower(Liaison.email) == address)
    own = select(Department.key).where(
        Department.key == request.department,
        or_(func.lower(Department.email) == address, func.lower(Department.head_email) == address),
    )
    stand_in = (
        select(Absence.id)
        .join(Liaison, col(Liaison.id) == Absence.liaison_id)
        .where(Liaison.department == request.department, func.lower(Absence.substitute_email) == address)
    )
    return bool(address) and any([(await tx.exec(wanted.limit(1))).first() is not None for wanted in (listed, own, stand_in)])


async def about_appeal(tx: AsyncSession, appeal_id: int | None, by: Known) -> Thread | None:
    """The thread of an appeal, or of the one that it was merged into."""
    appeal = await tx.get(Appeal, appeal_id) if appeal_id is not None else None
    if appeal is not None and appeal.merged_into_id is not None:
        appeal = await tx.get(Appeal, appeal.merged_into_id)
    if appeal is None:
        return None
    own = await tx.get(Conversation, appeal.conversation_id) if appeal.conversation_id is not None else None
    return Thread(by=by, appeal=appeal, conversation=own)


async def _by_token(tx: AsyncSession, read: ReadMail) -> Thread | None:
    for answered in read.answers:
        match answered.purpose:
            case "request":
                request = await tx.get(InformationRequest, answered.number)
                found = Thread(by=Known.TOKEN, request=request) if request is not None else None
            case "appeal":
                found = await about_appeal(tx, answered.number, Known.TOKEN)
            case "conversation":
                found = await _about_conversation(tx, answered.number, Known.TOKEN)
            case _:
                found = None
        if found is not None:
            return found
    return None


async def _by_references(tx: AsyncSession, read: ReadMail, author: str) -> Thread | None:
    """The newest letter that is known; ids of the same person's earlier mails lead to where those went."""
    ids = dict.fromkeys((*read.in_reply_to, *reversed(read.references)))
    for message_id in list(ids)[:MOST_IDS]:
        delivery = await delivery_of(tx, message_id)
        found = await _of_delivery(tx, delivery) if delivery is not None else await _of_mail(tx, message_id, author)
        if found is not None:
            return found
    return None


async def _of_delivery(tx: AsyncSession, delivery: Delivery) -> Thread | None:
    name, _, number = delivery.subject.partition(":")
    if name == "request":
        request = await tx.get(InformationRequest, int(number))
        return Thread(by=Known.REFERENCES, request=request) if request is not None else None
    if name == "reply":
        appeal_id = (await tx.exec(select(Reply.appeal_id).where(Reply.id == int(number)))).first()
        return await about_appeal(tx, appeal_id, Known.REFERENCES)
    wanted, _, told = str(delivery.content.get("reply_to", "")).partition(":")
    if wanted == "appeal" and told.isdecimal():
        return await about_appeal(tx, int(told), Known.REFERENCES)
    return await _about_conversation(tx, delivery.conversation_id, Known.REFERENCES)


async def _of_mail(tx: AsyncSession, message_id: str, author: str) -> Thread | None:
    wanted = select(Mail).where(Mail.message_id == message_id, Mail.message_id != "", Mail.author_mark == author)
    earlier = (await tx.exec(wanted.order_by(col(Mail.id).desc()).limit(1))).first()
    if earlier is None:
        return None
    if earlier.request_id is not None:
        return Thread(by=Known.REFERENCES, request=await tx.get(InformationRequest, earlier.request_id))
    if earlier.appeal_id is not None:
        return await about_appeal(tx, earlier.appeal_id, Known.REFERENCES)
    return await _about_conversation(tx, earlier.conversation_id, Known.REFERENCES)


async def _about_conversation(tx: AsyncSession, conversation_id: int | None, by: Known) -> Thread | None:
    conversation = await tx.get(Conversation, conversation_id) if conversation_id is not None else None
    return Thread(by=by, conversation=conversation) if conversation is not None else None


async def _by_number(tx: AsyncSession, words: str, author: str, by: Known) -> Thread | None:
    """A number that is named counts only from somebody whose matter it is."""
    for number in _request_numbers(words):
        request = (await tx.exec(select(InformationRequest).where(InformationRequest.number == number))).first()
        if request is not None and await answers_for(tx, request, author):
            return Thread(by=by, request=request)
    for appeal in await _appeals_named(tx, words):
        if await is_applicants(tx, appeal, author):
            return await about_appeal(tx, appeal.id, by)
    return None


async def _by_quoted(tx: AsyncSession, read: ReadMail, author: str) -> Thread | None:
    return await _by_number(tx, read.text.replace(read.reading, " ", 1) if read.reading else read.text, author, Known.QUOTED)


async def _claimed(tx: AsyncSession, read: ReadMail) -> tuple[int, ...]:
    return tuple(appeal.id or 0 for appeal in await _appeals_named(tx, f"{read.subject}\n{read.reading}"))


async def _appeals_named(tx: AsyncSession, words: str) -> list[Appeal]:
    numbers = [number for number in find_appeal_numbers(words) if "/" in number]
    if not numbers:
        return []
    wanted = select(Appeal).where(col(Appeal.registration_number).in_(numbers)).order_by(col(Appeal.id).desc())
    return list((await tx.exec(wanted)).all())


def _request_numbers(words: str) -> list[str]:
    """Numbers of information requests, as the register writes them."""
    journal = say("requests.journal")
    written = re.compile(rf"(?<!\w){re.escape(fold(journal))}\s?-\s?(\d{{1,6}})\s?/\s?(20\d\d)(?!\d)")
    return [
        say("registration.number", journal=journal, number=int(found[1]), year=found[2])
        for found in written.finditer(fold(words[:64_000]))
    ]
