"""The operators' side: take, reply, note, hand back, close (reg. 2.6, 2.8.1-2.8.2, 3.1, 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.conversations.contents import content_of, letter_of
from core.conversations.holding import existing, locked, must, not_held
from core.conversations.left_messages import LeftMessages
from core.conversations.model import Contact, Conversation, Message
from core.conversations.reading import Reading
from core.conversations.thread import said
from core.conversations.views import Said
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid
from core.people.model import ChannelIdentity
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.staff.model import Upload
from core.staff.uploads import check, claim, keep, kind_of
from core.vocabulary import Audience, Author, ChannelName, ConversationMode
from core.words import say
from db.transactions import Transactions

PREVIEW = 200

_TAKE = text(
    "UPDATE conversation SET mode = 'operator', operator_id = :me, taken_at = :now, unread = 0, waiting_since = NULL,"
    " version = version + 1 WHERE id = :id AND ((:holder = 0 AND mode IN ('bot', 'waiting'))"
    " OR (mode = 'operator' AND operator_id = :holder)) RETURNING id"
)
_GIVE_UP = text(
    "UPDATE conversation SET mode = :mode, operator_id = NULL, waiting_since = NULL, hand_off_reason = '', unread = 0,"
    " emergency = false, closed_at = :closed_at, closed_as = :closed_as, version = version + 1 WHERE id = :id"
)


class Cited(Protocol):
    """What an answer from the knowledge base names (design decision 7)."""

    @property
    def source(self) -> str:
        """The act or unit."""
        ...

    @property
    def confirmed_on(self) -> date | None:
        """The day on which it was last confirmed."""
        ...


class Reciting(Protocol):
    """Whoever knows the articles."""

    async def recite(self, article_id: int) -> Cited:
        """One published article; raises NotFound."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An operator's reply; ``client_key`` makes a repeat give the same message. ``subject`` and ``cc`` are of a letter."""

    text: str
    client_key: str
    subject: str = ""
    cc: Sequence[str] = ()
    upload_ids: Sequence[str] = ()
    reply_to_id: int | None = None
    article_id: int | None = None


class OperatorDesk:
    """What operators do with conversations; ``reading`` shows them, ``left`` holds the messages left for the centre."""

    def __init__(self, *, transactions: Transactions, clock: Clock, outbox: Outbox, librarian: Reciting) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox
        self._librarian = librarian
        self.reading = Reading(transactions=transactions, clock=clock)
        self.left = LeftMessages(transactions=transactions, clock=clock)

    async def take(self, asker: Asker, conversation_id: int, *, from_operator_id: int | None = None) -> None:
        """Take a conversation: exactly one of several who try gets it, and the citizen is told who speaks (3.1).

        ``from_operator_id`` takes it from the colleague named, for those who may. Taking what one holds already changes nothing.
        Raises HeldByOther with ``operator``, ConversationClosed, NotFound, NotAllowed.
        """
        asker.must(Ability.TAKE if from_operator_id is None else Ability.TAKE_OVER)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            wanted = {"id": conversation_id, "me": asker.id, "now": now, "holder": from_operator_id or 0}
            if (await tx.execute(_TAKE, wanted)).first() is None:
                conversation = await locked(tx, conversation_id)
                if conversation.operator_id == asker.id and conversation.mode == ConversationMode.OPERATOR:
                    return
                raise await not_held(tx, conversation)
            conversation = await locked(tx, conversation_id)
            words = say("operator.taken", centre=say("centre.name"), name=asker.full_name)
            await self._tell(tx, conversation, words)
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            deed = "conversation.taken" if from_operator_id is None else "conversation.taken_over"
            await record(tx, now, deed, f"conversation:{conversation_id}", staff_id=asker.id, holder=from_operator_id)

    async def reply(self, asker: Asker, conversation_id: int, reply: Reply) -> Said:
        """Say something to the citizen; a repeat with the same key gives the message that was sent the first time.

        Raises NotHeld, HeldByOther, Invalid (nothing to say, unknown upload or message), NotFound, NotAllowed.
        """
        asker.must(Ability.REPLY)
        words = await self._with_source(clean_text(reply.text).strip(), reply.article_id)
        if not words and not reply.upload_ids:
            raise Invalid("nothing to say", fields={"text": "missing"})
        letter = letter_of(reply.subject, reply.cc)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation = await locked(tx, conversation_id)
            sent = await _sent_before(tx, asker, conversation_id, reply.client_key)
            if sent is None:
                await must(tx, asker, Ability.REPLY, conversation)
                answered = await _answered(tx, conversation_id, reply.reply_to_id)
                message = await self._store(tx, asker, conversation, words, reply)
                uploads = await claim(tx, asker, conversation_id, reply.upload_ids, message.id or 0)
                await self._deliver(tx, conversation, message, content_of(words, uploads, answered) | letter, of_record=True)
                conversation.preview = words[:PREVIEW] or f"[{kind_of(uploads[0].media_type)}]"
                conversation.unread = 0
                await end_draft(tx, asker.id, DraftKind.REPLY, conversation_id, now)
                await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
                sent = message.id or 0
            await tx.flush()
            return (await said(await tx.connection(), [sent]))[sent]

    async def note(self, asker: Asker, conversation_id: int, words: str, client_key: str) -> Said:
        """Write for colleagues only; the citizen never sees it. Raises Invalid, NotFound, NotAllowed."""
        asker.must(Ability.NOTE)
        words = clean_text(words).strip()
        if not words:
            raise Invalid("nothing to say", fields={"text": "missing"})
        async with self._transactions.begin() as tx:
            conversation = await locked(tx, conversation_id)
            noted = await _sent_before(tx, asker, conversation_id, client_key)
            if noted is None:
                reply = Reply(text=words, client_key=client_key)
                noted = (await self._store(tx, asker, conversation, words, reply, audience=Audience.STAFF)).id or 0
                await end_draft(tx, asker.id, DraftKind.NOTE, conversation_id, self._clock.now())
            return (await said(await tx.connection(), [noted]))[noted]

    async def hand_back(self, asker: Asker, conversation_id: int) -> None:
        """Give the conversation back to the bot; the citizen is told. Raises NotHeld, HeldByOther, NotFound, NotAllowed."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation = await locked(tx, conversation_id)
            await must(tx, asker, Ability.HAND_BACK, conversation)
            await self._tell(tx, conversation, say("operator.handed_back"), menu=True)
            await tx.flush()
            await tx.execute(_GIVE_UP, {"id": conversation_id, "mode": ConversationMode.BOT, "closed_at": None, "closed_as": ""})
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            await record(tx, now, "conversation.handed_back", f"conversation:{conversation_id}", staff_id=asker.id)

    async def close(self, asker: Asker, conversation_id: int, outcome: str) -> None:
        """End the conversation with the one outcome of its contact; a reference answer needs no registration (2.8.2).

        Raises NotHeld, HeldByOther, Invalid (``registered`` without an appeal), NotFound, NotAllowed.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            conversation = await locked(tx, conversation_id)
            await must(tx, asker, Ability.CLOSE, conversation)
            if outcome == "registered" and not await _has_appeal(tx, conversation_id):
                raise Invalid("nothing was registered", fields={"outcome": "no_appeal"})
            await self._tell(tx, conversation, say("operator.closed"))
            await tx.flush()
            await tx.execute(
                _GIVE_UP, {"id": conversation_id, "mode": ConversationMode.CLOSED, "closed_at": now, "closed_as": outcome}
            )
            await _end_contact(tx, conversation, outcome, now)
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            details = {"outcome": outcome}
            await record(tx, now, "conversation.closed", f"conversation:{conversation_id}", staff_id=asker.id, **details)

    async def upload(self, asker: Asker, conversation_id: int, file_name: str, content: bytes) -> Upload:
        """Keep a file until it is sent; raises NotHeld, HeldByOther, Invalid, NotFound, NotAllowed."""
        media_type = check(content)
        async with self._transactions.begin() as tx:
            await must(tx, asker, Ability.REPLY, await existing(tx, conversation_id))
            return await keep(tx, asker, conversation_id, file_name, content, media_type, self._clock.now())

    async def must_hold(self, asker: Asker, conversation_id: int, ability: Ability) -> None:
        """Raises unless the asker holds the conversation and may do this with it; for the deeds of other desks."""
        async with self._transactions.begin() as tx:
            await must(tx, asker, ability, await existing(tx, conversation_id))

    async def _with_source(self, words: str, article_id: int | None) -> str:
        if article_id is None:
            return words
        cited = await self._librarian.recite(article_id)
        confirmed = spoken_date(cited.confirmed_on) if cited.confirmed_on else say("answer.unconfirmed")
        return say("answer.found", answer=words, source=cited.source.rstrip("."), confirmed=confirmed)

    async def _store(
        self,
        tx: AsyncSession,
        asker: Asker,
        conversation: Conversation,
        words: str,
        reply: Reply,
        audience: Audience = Audience.CITIZEN,
    ) -> Message:
        message = Message(
            conversation_id=conversation.id or 0,
            author=Author.OPERATOR,
            audience=audience,
            staff_id=asker.id,
            text=words,
            details={"client_key": reply.client_key, **letter_of(reply.subject, reply.cc)},
            reply_to_id=reply.reply_to_id,
            created_at=self._clock.now(),
        )
        tx.add(message)
        await tx.flush()
        ids = {"conversation_id": message.conversation_id, "message_id": message.id or 0}
        await announce(tx, LiveKind.MESSAGE, message.created_at, **ids)
        return message

    async def _tell(self, tx: AsyncSession, conversation: Conversation, words: str, *, menu: bool = False) -> None:
        """The centre's own words, with no operator as their author; by mail each would be a letter, on the telephone nobody hears
        them, so they are left out there.
        """
        if conversation.channel in (ChannelName.EMAIL, ChannelName.VOICE):
            return
        now = self._clock.now()
        message = Message(conversation_id=conversation.id or 0, author=Author.SYSTEM, text=words, created_at=now)
        tx.add(message)
        await tx.flush()
        await self._deliver(tx, conversation, message, {"text": words} | ({"menu": True} if menu else {}), of_record=False)
        conversation.preview = words[:PREVIEW]
        await announce(tx, LiveKind.MESSAGE, now, conversation_id=message.conversation_id, message_id=message.id or 0)

    async def _deliver(
        self, tx: AsyncSession, conversation: Conversation, message: Message, content: dict[str, Any], *, of_record: bool
    ) -> None:
        now = self._clock.now()
        identity = await tx.get_one(ChannelIdentity, conversation.identity_id)
        await self._outbox.write(
            tx, conversation=conversation, identity=identity, message=message, content=content, of_record=of_record, now=now
        )
        conversation.last_message_at, conversation.last_author = now, message.author


async def _sent_before(tx: AsyncSession, asker: Asker, conversation_id: int, client_key: str) -> int | None:
    """Under the conversation's lock, so two repeats at once cannot both find nothing."""
    wanted = select(Message.id).where(
        col(Message.conversation_id) == conversation_id,
        col(Message.staff_id) == asker.id,
        col(Message.details)["client_key"].as_string() == client_key,
    )
    return (await tx.exec(wanted)).first()


async def _answered(tx: AsyncSession, conversation_id: int, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    message = await tx.get(Message, message_id)
    if message is None or message.conversation_id != conversation_id or message.audience != Audience.CITIZEN:
        raise Invalid("no such message here", fields={"reply_to_id": "unknown_message"})
    return message


async def _has_appeal(tx: AsyncSession, conversation_id: int) -> bool:
    wanted = select(Appeal.id).where(col(Appeal.conversation_id) == conversation_id).limit(1)
    return (await tx.exec(wanted)).first() is not None


async def _end_contact(tx: AsyncSession, conversation: Conversation, outcome: str, now: datetime) -> None:
    """Exactly one outcome for the contact (2.5.1); the count of 2.8.2 reads it."""
    wanted = select(Contact).where(col(Contact.conversation_id) == conversation.id, col(Contact.ended_at).is_(None))
    contact = (await tx.exec(wanted.order_by(col(Contact.id).desc()))).first()
    if contact is None:
        contact = Contact(conversation_id=conversation.id or 0, channel=conversation.channel, started_at=conversation.opened_at)
    contact.ended_at, contact.outcome = now, outcome
    tx.add(contact)
