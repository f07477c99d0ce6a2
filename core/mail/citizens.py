"""What a person's mail does: it joins their conversation, and is answered, handed to the operators, or both (reg. 2.8.1, 3.1)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.calendar import CalendarOf
from core.conversations.model import Conversation
from core.deliveries.outbox import Outbox
from core.mail.acknowledging import Contacts, acknowledgement_words, alarm_letter, may_acknowledge
from core.mail.addresses import is_alive
from core.mail.answering import ACKNOWLEDGEMENT
from core.mail.drafting import draft_card, kept
from core.mail.judging import Judged
from core.mail.keeping import parts_of
from core.mail.model import Mail
from core.mail.port import MailKind, ReadMail
from core.mail.speaking import answer_with, conversation_of, put_in, to_operators
from core.mail.threads import Thread, is_applicants
from core.mail.tone import Tone, Wish
from core.mail.vocabulary import Place
from core.people.desk import EMAIL, card_of
from core.people.merging import merged_into
from core.people.model import ChannelIdentity, ContactPoint
from core.tasks.raising import raise_task
from core.vocabulary import AppealStatus, ConversationMode, TaskKind
from core.words import say

ANSWERED = frozenset({AppealStatus.REPLIED, AppealStatus.CLOSED})
"""The applicant has had the reply: what they write now is about it."""
MAIL_REASON, EMERGENCY_REASON, COMPLAINT_REASON = "mail", "emergency", "mail_complaint"
"""Why the conversation waits for an operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A mail on its way into a conversation."""

    mail: Mail
    read: ReadMail
    thread: Thread
    judged: Judged
    now: datetime

    @property
    def begins(self) -> bool:
        """Whether it speaks of a new matter: it answers nothing, by its headers or by what it names."""
        return self.thread.by is None and not (self.read.in_reply_to or self.read.references)

    @property
    def is_thanks(self) -> bool:
        """Nothing but thanks for a reply: noted, and the card stays as it is."""
        appeal = self.thread.appeal
        return appeal is not None and appeal.status in ANSWERED and self.judged.tone is Tone.THANKS and not self.judged.danger


class Citizens:
    """Takes people's mails in, each in the transaction that marks it as routed."""

    def __init__(self, *, outbox: Outbox, calendar_of: CalendarOf, contacts: Contacts) -> None:
        self._outbox = outbox
        self._calendar_of = calendar_of
        self._contacts = contacts

    async def receive(self, tx: AsyncSession, came: Came) -> None:
        """Put the mail where it belongs, with everything that follows from it."""
        mail, thread, judged = came.mail, came.thread, came.judged
        mail.appeal_id = thread.appeal.id if thread.appeal else None
        mail.came_to = Place.THREAD if thread.by else Place.CONVERSATION
        is_first = thread.by is None and not await self._has_mails(tx, judged.writer.address)
        conversation = await conversation_of(tx, thread, judged.writer, came.now, reopen=not came.is_thanks)
        await _introduce(tx, conversation, came)
        words = judged.words.strip() or ("" if mail.kind != MailKind.UNREAD else say("mail.unread"))
        await put_in(tx, conversation, mail, await parts_of(tx, mail.id or 0), words, await _details(tx, came))
        if judged.abusive:
            conversation.warnings += 1
        if came.is_thanks:
            return
        if thread.appeal is None and mail.kind != MailKind.UNREAD:
            mail.draft = kept(draft_card(judged.writer, judged.subject, words, mail.text, judged.wish))
        waits = not (is_first and judged.answer is not None and judged.wish is Wish.QUESTION and judged.official is None)
        await self._hand_on(tx, conversation, came, waits=waits)
        await self._answer(tx, conversation, came, waits=waits)

    async def _hand_on(self, tx: AsyncSession, conversation: Conversation, came: Came, *, waits: bool) -> None:
        mail, judged, appeal = came.mail, came.judged, came.thread.appeal
        if judged.danger:
            conversation.emergency = True
            await to_operators(tx, conversation, EMERGENCY_REASON, came.now)
            ids = {"conversation_id": conversation.id or 0, "message_id": mail.message_id_of_thread or 0}
            await announce(tx, LiveKind.ALARM, came.now, alarm=judged.danger, **ids)
            return
        complains = appeal is not None and appeal.status in ANSWERED and judged.tone is Tone.COMPLAINT
        if waits:
            await to_operators(tx, conversation, COMPLAINT_REASON if complains else MAIL_REASON, came.now)
        if appeal is not None:
            await _tell_casework(tx, appeal, mail, came.now, complains=complains)

    async def _answer(self, tx: AsyncSession, conversation: Conversation, came: Came, *, waits: bool) -> None:
        mail, judged = came.mail, came.judged
        is_danger = bool(judged.danger)
        to, held = judged.writer.address, conversation.mode == ConversationMode.OPERATOR
        is_new = is_danger or came.begins
        allowed = mail.kind == MailKind.HUMAN and await may_acknowledge(tx, mail, to, came.now, is_new=is_new)
        if not allowed or (held and not is_danger) or not await is_alive(tx, to):
            return
        if is_danger:
            words = alarm_letter(judged.danger, self._contacts)
        else:
            words = acknowledgement_words(
                answer=judged.answer,
                appeal=came.thread.appeal,
                waits=waits,
                calendar=await self._calendar_of(tx),
                contacts=self._contacts,
                now=came.now,
            )
        await answer_with(tx, self._outbox, conversation, words, came.now, kind=ACKNOWLEDGEMENT, of_record=is_danger)
        mail.acknowledged_at = came.now

    async def _has_mails(self, tx: AsyncSession, address: str) -> bool:
        """Whether the writer has written in a conversation that is still open."""
        wanted = (
            select(Mail.id)
            .join(Conversation, col(Conversation.id) == Mail.conversation_id)
            .where(Mail.author_mark == address, Conversation.mode != ConversationMode.CLOSED)
        )
        return (await tx.exec(wanted.limit(1))).first() is not None


async def _tell_casework(tx: AsyncSession, appeal: Appeal, mail: Mail, now: datetime, *, complains: bool) -> None:
    """The task of a complaint is to look whether the card is reopened (2.8.11); nobody but an operator reopens it."""
    kind = TaskKind.NOT_SATISFIED if complains else None
    if appeal.status == AppealStatus.CLARIFYING:
        kind = TaskKind.APPLICANT_ANSWERED
    if kind is not None:
        await raise_task(
            tx,
            kind,
            now,
            key=f"mail:{mail.id}",
            appeal_id=appeal.id,
            assignee_id=appeal.assignee_id,
            mail=mail.id,
            conversation=mail.conversation_id,
        )


async def _introduce(tx: AsyncSession, conversation: Conversation, came: Came) -> None:
    """Tie the conversation to an applicant: that of the appeal, or the only one who has this address."""
    if conversation.applicant_id is not None:
        return
    identity, appeal = await tx.get_one(ChannelIdentity, conversation.identity_id), came.thread.appeal
    if identity.applicant_id is not None:
        conversation.applicant_id = identity.applicant_id
    elif appeal is not None:
        conversation.applicant_id = appeal.applicant_id
    elif came.read.checked.dmarc != "fail":
        conversation.applicant_id = await _only_one_with(tx, came.judged.writer.address)


async def _only_one_with(tx: AsyncSession, address: str) -> int | None:
    wanted = select(ContactPoint.applicant_id).where(ContactPoint.kind == EMAIL, ContactPoint.value_mark == address)
    found = {await merged_into(tx, one) or one for one in (await tx.exec(wanted.limit(10))).all()}
    return next(iter(found)) if len(found) == 1 else None


async def _details(tx: AsyncSession, came: Came) -> dict[str, Any]:
    """What operators must see beside the words: how the thread was known, and whatever is not as it was."""
    thread, judged, answers_to = came.thread, came.judged, came.read.reply_to
    details: dict[str, Any] = {
        "known_by": thread.by.value if thread.by else "",
        "appeal_id": thread.appeal.id if thread.appeal else None,
        "claimed": list(thread.claimed),
        "other_address": await _other_address(tx, came),
        "answers_to": answers_to.address if answers_to and answers_to.address != came.read.author.address else "",
        "official": {"name": judged.official.name, "address": judged.official.address} if judged.official else None,
        "emergency": judged.danger,
        "abusive": judged.abusive,
        "tone": judged.tone.value if thread.appeal else "",
        "articles": [[judged.answer.article_id, round(judged.answer.score, 3)]] if judged.answer else [],
        **_looks(came),
    }
    kept = {name: value for name, value in details.items() if value}
    missed = judged.wish is Wish.QUESTION and thread.appeal is None and not (judged.answer or judged.danger or judged.abusive)
    return {**kept, "answered": False} if missed else kept


def _looks(came: Came) -> dict[str, Any]:
    """What a screen tells of the mail itself: ``has_more``: it says more than the words shown, ``has_page``: it had a look."""
    mail, read = came.mail, came.read
    return {
        "writer": came.judged.writer.address,
        "checked": {name: word for name, word in asdict(read.checked).items() if word},
        "is_signed": read.is_signed,
        "remarks": list(read.remarks),
        "is_unread": read.kind is MailKind.UNREAD,
        "has_more": mail.text.strip() != came.judged.words.strip(),
        "has_page": bool(mail.html),
    }


async def _other_address(tx: AsyncSession, came: Came) -> str:
    """The address that the person wrote from, or gave, before; empty when it is the same."""
    thread, address = came.thread, came.judged.writer.address
    if thread.appeal is not None:
        if await is_applicants(tx, thread.appeal, address):
            return ""
        card = await card_of(tx, thread.appeal.applicant_id)
        return next(iter(card.emails), thread.appeal.reply_to if "@" in thread.appeal.reply_to else "")
    if thread.conversation is not None:
        before = await tx.get(ChannelIdentity, thread.conversation.identity_id)
        return before.external_id if before is not None and before.external_id != address and "@" in before.external_id else ""
    return ""
