"""What a message of an e-mail conversation needs to leave as a letter: subject, thread, quoted history, who signs it (reg. 3.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.conversations.model import Conversation, Message
from core.mail.model import Mail
from core.mail.port import MailKind
from core.people.model import ChannelIdentity
from core.staff.model import StaffMember
from core.vocabulary import AppealStatus
from core.words import say, texts

ACKNOWLEDGEMENT, REPLY, NOTICE = "acknowledgement", "reply", "notice"
"""Kinds of letters that the mail channel knows."""
QUOTED_LIMIT = 4000
THREAD_KEPT = 20
SUBJECT_LIMIT = 200
OURS = frozenset({"subject", "text", "kind", "files", "cc", "quoted"})
"""Keys of a content that go into a letter; what a chat would draw stays behind."""

_OWN = select(Appeal.conversation_id).where(Appeal.id == bindparam("appeal")).scalar_subquery()
_ABOUT = (
    select(Mail)
    .where(
        or_(Mail.appeal_id == bindparam("appeal"), and_(col(Mail.appeal_id).is_(None), Mail.conversation_id == _OWN)),
        Mail.author_mark == bindparam("author"),
        Mail.kind == MailKind.HUMAN,
    )
    .order_by(col(Mail.appeal_id).is_(None), col(Mail.id).desc())
    .limit(1)
)
"""The mail that an appeal was registered from came before there was an appeal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A letter and where it goes."""

    recipient: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What stands around an operator's words in a letter; ``subject`` is empty when there is nothing to name it after."""

    recipient: str
    subject: str
    opening: str
    signature: str
    quoted: Mapping[str, str] | None


async def as_letter(
    tx: AsyncSession, conversation: Conversation, identity: ChannelIdentity, message: Message, content: Mapping[str, Any]
) -> Addressed:
    """The message as a letter of its thread. An operator's opens with the centre's and the operator's name, and is signed."""
    answered = await last_mail(tx, conversation.id or 0)
    appeal = await appeal_of(tx, conversation, answered)
    by_operator = bool(content.get("by_operator"))
    letter = {name: value for name, value in content.items() if name in OURS}
    letter.setdefault("kind", REPLY if by_operator else NOTICE)
    own = identity.external_id
    letter["subject"] = str(content.get("subject") or "") or _subject(answered, appeal, own)
    letter["reply_to"] = f"appeal:{appeal.id}" if appeal else f"conversation:{conversation.id}"
    words = str(content.get("text") or "")
    letter["text"] = await _signed(tx, message, words) if by_operator else _opened(words)
    if answered is not None and answered.author == own:
        letter |= thread_of(answered)
        if letter["kind"] != NOTICE:
            letter.setdefault("quoted", quoted_of(answered))
    is_automatic = letter["kind"] == ACKNOWLEDGEMENT
    return Addressed(recipient=answer_address(own, answered, automatic=is_automatic), content=letter)


async def outline_of(tx: AsyncSession, conversation: Conversation, identity: ChannelIdentity, author: str) -> Outline:
    """What ``as_letter`` would put around the words of this operator now."""
    answered, own, centre = await last_mail(tx, conversation.id or 0), identity.external_id, say("centre.name")
    return Outline(
        recipient=answer_address(own, answered, automatic=False),
        subject=_subject(answered, await appeal_of(tx, conversation, answered), own),
        opening=say("mail.opening", centre=centre, name=author),
        signature=say("mail.signature", name=author, centre=centre),
        quoted=quoted_of(answered) if answered is not None and answered.author == own else None,
    )


async def thread_of_appeal(tx: AsyncSession, appeal_id: int, address: str) -> Mapping[str, Any]:
    """What puts a letter about an appeal into the thread that the applicant sees; an answer to it names the appeal."""
    answered = (await tx.exec(_ABOUT, params={"appeal": appeal_id, "author": address.lower()})).first()
    return {"reply_to": f"appeal:{appeal_id}", **(thread_of(answered) if answered else {})}


async def last_mail(tx: AsyncSession, conversation_id: int) -> Mail | None:
    """The newest mail that the person wrote in this conversation."""
    wanted = select(Mail).where(Mail.conversation_id == conversation_id, Mail.kind == MailKind.HUMAN)
    return (await tx.exec(wanted.order_by(col(Mail.id).desc()).limit(1))).first()


async def appeal_of(tx: AsyncSession, conversation: Conversation, answered: Mail | None = None) -> Appeal | None:
    """The appeal that a thread is about: that of the mail, else the newest one registered from the conversation."""
    if answered is not None and answered.appeal_id is not None:
        return await tx.get(Appeal, answered.appeal_id)
    wanted = select(Appeal).where(Appeal.conversation_id == conversation.id, Appeal.status != AppealStatus.MERGED)
    return (await tx.exec(wanted.order_by(col(Appeal.id).desc()).limit(1))).first()


def thread_of(answered: Mail) -> dict[str, Any]:
    """The ids that make a letter an answer to this mail (RFC 5322, 3.6.4)."""
    if not answered.message_id:
        return {}
    earlier = list(answered.heads.get("references") or answered.heads.get("in_reply_to") or ())
    kept = [one for one in earlier if one != answered.message_id]
    return {"in_reply_to": answered.message_id, "references": [*kept[-THREAD_KEPT:], answered.message_id]}


def quoted_of(answered: Mail) -> dict[str, str]:
    """The history below an answer: who wrote, when, what."""
    return {
        "author": answered.author_name or answered.author,
        "sent_at": (answered.sent_at or answered.received_at).isoformat(),
        "text": (answered.reading or answered.text)[:QUOTED_LIMIT],
    }


def answer_address(own: str, answered: Mail | None, *, automatic: bool) -> str:
    """Where an answer goes: to the Reply-To that the person asked for.

    A machine follows it within the person's own domain only: otherwise anybody could make the centre write to third parties.
    """
    wanted = answered.heads.get("reply_to") if answered is not None else None
    address = str(wanted["address"]) if wanted else ""
    if not address or answered is None or answered.author != own:
        return own
    if automatic and address.rpartition("@")[2] != own.rpartition("@")[2]:
        return own
    return address


def answer_subject(subject: str) -> str:
    """The subject of an answer: one mark of an answer, whatever the programs before put there."""
    return say("mail.re", subject=bare_subject(subject) or say("mail.no_subject"))


def bare_subject(subject: str) -> str:
    """The subject without the marks of answers and forwards."""
    return _marks().sub("", subject).strip()[:SUBJECT_LIMIT]


def _subject(answered: Mail | None, appeal: Appeal | None, own: str) -> str:
    if answered is not None:
        handed_on = answered.heads.get("forwarded") if answered.author != own else None
        return answer_subject(handed_on["subject"] if handed_on else answered.subject)
    return say("mail.about_appeal", number=appeal.registration_number) if appeal else ""


def _opened(words: str) -> str:
    """The office's own words as a letter: it, too, begins with the centre's name (3.1)."""
    centre = say("centre.name")
    return words if not words or centre in words else f"{centre}.\n\n{words}"


async def _signed(tx: AsyncSession, message: Message, words: str) -> str:
    """The operator's words as a letter: 3.1 asks for the names first."""
    member = await tx.get(StaffMember, message.staff_id) if message.staff_id else None
    if member is None:
        return words
    centre = say("centre.name")
    opening, closing = say("mail.opening", centre=centre, name=member.full_name), f"{member.full_name}\n{centre}"
    signature = say("mail.signature", name=member.full_name, centre=centre)
    return "\n\n".join(part for part in (opening, words.strip(), "" if closing in words else signature) if part)


@cache
def _marks() -> re.Pattern[str]:
    marks = "|".join(re.escape(one) for one in texts()["mail"]["reply_marks"])
    return re.compile(rf"^(?:\s*(?:{marks})\s?(?:\[\d{{1,3}}\]|\(\d{{1,3}}\))?\s?:)+\s*", re.IGNORECASE)
