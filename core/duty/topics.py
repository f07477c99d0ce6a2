"""The topics of the duty chat: which conversation or appeal each belongs to, and what Telegram knows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.errors import NotFound
from db.transactions import Transactions
from db.types import Sealed, SealedJson

CHANNEL = "duty"
"""The channel of deliveries to the duty chat."""
GENERAL = "general"
"""The recipient of what concerns no single topic."""
TITLE_LIMIT = 128


class TopicState(StrEnum):
    """Whether a topic shall be open."""

    OPEN = "open"
    CLOSED = "closed"


Buttons = Sequence[Sequence[Mapping[str, str]]]
"""Rows of ``{"title", "data"}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the pinned message of a topic shows; ``question`` is kept from the moment when the topic was opened."""

    title: str
    text: str
    state: TopicState
    buttons: Buttons = ()
    question: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the topic."""
        return {"text": self.text, "question": self.question, "buttons": [[dict(button) for button in row] for row in self.buttons]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it shall be, and as it is in Telegram in the group ``chat_id``; without ``thread_id`` it is to be made there."""

    id: int
    recipient: str
    conversation_id: int | None
    appeal_id: int | None
    title: str
    state: TopicState
    is_shut: bool = False
    shown_title: str = ""
    chat_id: int | None = None
    thread_id: int | None = None
    card_message_id: int | None = None
    card: Mapping[str, Any] = field(default_factory=dict)


class TopicKeeper(Protocol):
    """What the sender needs to know and to tell of topics, each at once: a crash must not make a second topic."""

    async def topic(self, recipient: str) -> Topic:
        """The topic of a recipient (``topic:conversation:12``); raises NotFound."""
        ...

    async def made(self, topic_id: int, chat_id: int, thread_id: int) -> None:
        """The group has the topic now, open, under its title."""
        ...

    async def renamed(self, topic_id: int, title: str) -> None:
        """It has this title in Telegram now."""
        ...

    async def carded(self, topic_id: int, message_id: int) -> None:
        """Its card is this message."""
        ...

    async def shut(self, topic_id: int, *, is_shut: bool) -> None:
        """It is closed or open in Telegram."""
        ...

    async def lost(self, topic_id: int) -> None:
        """Somebody deleted it there: it is to be made anew."""
        ...


_SELECT = (
    "SELECT id, conversation_id, appeal_id, title, state, is_shut, shown_title, chat_id, thread_id, card_message_id, card"
    " FROM duty_topic"
)
_TITLE, _SHOWN, _CARD = Sealed("duty_topic.title"), Sealed("duty_topic.shown_title"), SealedJson("duty_topic.card")
_TYPES = {"title": _TITLE, "shown_title": _SHOWN, "card": _CARD}
_FIND = {
    "conversation": text(f"{_SELECT} WHERE conversation_id = :id").columns(**_TYPES),
    "appeal": text(f"{_SELECT} WHERE appeal_id = :id").columns(**_TYPES),
}
_OF_THREAD = text(f"{_SELECT} WHERE chat_id = :chat AND thread_id = :id").columns(**_TYPES)
_OWN_TITLE = text("SELECT title FROM duty_topic WHERE id = :id").columns(title=_TITLE)
_ORIGIN = text("SELECT conversation_id FROM appeal WHERE id = :id")
_MADE = text(
    "UPDATE duty_topic SET chat_id = :chat, thread_id = :thread, shown_title = :title, card_message_id = NULL, is_shut = false"
    " WHERE id = :id"
).bindparams(bindparam("title", type_=_SHOWN))
_RENAMED = text("UPDATE duty_topic SET shown_title = :title WHERE id = :id").bindparams(bindparam("title", type_=_SHOWN))
_CARDED = text("UPDATE duty_topic SET card_message_id = :message WHERE id = :id")
_SHUT = text("UPDATE duty_topic SET is_shut = :shut WHERE id = :id")
_LOST = text("UPDATE duty_topic SET thread_id = NULL, card_message_id = NULL, is_shut = false WHERE id = :id")
_WANT = text(
    """
    INSERT INTO duty_topic (conversation_id, appeal_id, title, card, state, is_shut, shown_title, opened_at, closed_at)
    VALUES (:conversation, :appeal, :title, :card, :state, false, '', :now, CAST(:closed AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING id
    """
).bindparams(bindparam("title", type_=_TITLE), bindparam("card", type_=_CARD))
_CHANGE = text(
    """
    UPDATE duty_topic SET title = :title, card = :card, state = CAST(:state AS varchar), closed_at = CAST(:closed AS timestamptz),
        opened_at = CASE WHEN state = 'closed' AND CAST(:state AS varchar) = 'open' THEN :now ELSE opened_at END
    WHERE id = :id
    """
).bindparams(bindparam("title", type_=_TITLE), bindparam("card", type_=_CARD))


class TopicBook:
    """Implements TopicKeeper on the database."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def topic(self, recipient: str) -> Topic:
        """See TopicKeeper."""
        async with self._transactions.begin() as tx:
            found = await find_topic(tx, recipient)
        if found is None:
            raise NotFound("no such topic")
        return found

    async def of_thread(self, chat_id: int, thread_id: int) -> Topic | None:
        """The topic that has this number in the group; None for those that people made themselves."""
        async with self._transactions.begin() as tx:
            row = (await tx.execute(_OF_THREAD, {"chat": chat_id, "id": thread_id})).mappings().first()
        return None if row is None else _topic(row)

    async def conversation_of_appeal(self, appeal_id: int) -> int | None:
        """The conversation in which an appeal was registered, if it was in one."""
        async with self._transactions.begin() as tx:
            found: int | None = (await tx.execute(_ORIGIN, {"id": appeal_id})).scalar()
            return found

    async def made(self, topic_id: int, chat_id: int, thread_id: int) -> None:
        """See TopicKeeper."""
        async with self._transactions.begin() as tx:
            title = (await tx.execute(_OWN_TITLE, {"id": topic_id})).scalar()
            await tx.execute(_MADE, {"id": topic_id, "chat": chat_id, "thread": thread_id, "title": title})

    async def renamed(self, topic_id: int, title: str) -> None:
        """See TopicKeeper."""
        await self._write(_RENAMED, id=topic_id, title=title)

    async def carded(self, topic_id: int, message_id: int) -> None:
        """See TopicKeeper."""
        await self._write(_CARDED, id=topic_id, message=message_id)

    async def shut(self, topic_id: int, *, is_shut: bool) -> None:
        """See TopicKeeper."""
        await self._write(_SHUT, id=topic_id, shut=is_shut)

    async def lost(self, topic_id: int) -> None:
        """See TopicKeeper."""
        await self._write(_LOST, id=topic_id)

    async def _write(self, statement: Any, **values: object) -> None:
        async with self._transactions.begin() as tx:
            await tx.execute(statement, values)


def recipient_of(*, conversation_id: int | None = None, appeal_id: int | None = None) -> str:
    """The recipient of deliveries to the topic of a conversation or of an appeal."""
    return f"topic:conversation:{conversation_id}" if conversation_id is not None else f"topic:appeal:{appeal_id}"


async def find_topic(tx: AsyncSession, recipient: str) -> Topic | None:
    """The topic of a recipient, if there is one."""
    _, _, rest = recipient.partition(":")
    kind, _, number = rest.partition(":")
    if kind not in _FIND or not number.isdigit():
        return None
    row = (await tx.execute(_FIND[kind], {"id": int(number)})).mappings().first()
    return None if row is None else _topic(row)


async def want_topic(
    tx: AsyncSession, card: Card, now: datetime, *, conversation_id: int | None = None, appeal_id: int | None = None
) -> bool:
    """Make the topic, or bring it to this card; gives whether there is something to show that was not there before."""
    wanted = {
        "title": card.title[:TITLE_LIMIT],
        "card": card.as_json(),
        "state": card.state.value,
        "now": now,
        "closed": now if card.state is TopicState.CLOSED else None,
    }
    made = await tx.execute(_WANT, {**wanted, "conversation": conversation_id, "appeal": appeal_id})
    if made.first() is not None:
        return True
    known = await find_topic(tx, recipient_of(conversation_id=conversation_id, appeal_id=appeal_id))
    if known is None or (known.title, known.card, known.state) == (wanted["title"], wanted["card"], card.state):
        return False
    await tx.execute(_CHANGE, {**wanted, "id": known.id})
    return True


def _topic(row: Mapping[Any, Any]) -> Topic:
    recipient = recipient_of(conversation_id=row["conversation_id"], appeal_id=row["appeal_id"])
    return Topic(**{**row, "recipient": recipient, "state": TopicState(row["state"])})
