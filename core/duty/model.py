"""The duty chat: who of the staff is who in Telegram, the topics, what was relayed and what came in."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference, sealed, sealed_json


class DutyMember(SQLModel, table=True):
    """A member of staff and their account in Telegram, bound by a one-time code."""

    __tablename__ = "duty_member"
    __table_args__ = (UniqueConstraint("staff_id"), UniqueConstraint("telegram_id"))

    id: int | None = identity()
    staff_id: int = reference("staff_member.id", ondelete="CASCADE")
    telegram_id: int = Field(sa_type=BigInteger)
    bound_at: datetime = moment()


class DutyCode(SQLModel, table=True):
    """A code that binds one member of staff once; only its SHA-256 is kept."""

    __tablename__ = "duty_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = reference("staff_member.id", index=True, ondelete="CASCADE")
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(nullable=True)


class DutyTopic(SQLModel, table=True):
    """A topic of the duty chat: one for a conversation or for an urgent appeal.

    ``card`` is what its pinned message shall show (``text``, ``buttons``, ``question``). ``state`` is whether it shall be open;
    ``is_shut`` and ``shown_title`` are what it is in Telegram. ``thread_id`` and ``card_message_id`` are its numbers there, in the
    group ``chat_id``, once it was made. A citizen's name and words stand in titles and cards: they are sealed.
    """

    __tablename__ = "duty_topic"
    __table_args__ = (UniqueConstraint("conversation_id"), UniqueConstraint("appeal_id"), UniqueConstraint("chat_id", "thread_id"))

    id: int | None = identity()
    conversation_id: int | None = reference("conversation.id", nullable=True, ondelete="CASCADE")
    appeal_id: int | None = reference("appeal.id", nullable=True, ondelete="CASCADE")
    title: str = sealed("duty_topic.title", required=True)
    card: dict[str, Any] = sealed_json("duty_topic.card")
    state: str = Field(default="open", max_length=8)
    is_shut: bool = False
    shown_title: str = sealed("duty_topic.shown_title")
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    thread_id: int | None = Field(default=None, sa_type=BigInteger)
    card_message_id: int | None = Field(default=None, sa_type=BigInteger)
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)


class DutyCursor(SQLModel, table=True):
    """How far the live events were read, and when; ``gaps`` are numbers below it that were not there yet: ``[[number, seen], …]``
    with the moment in seconds."""

    __tablename__ = "duty_cursor"

    name: str = Field(primary_key=True, max_length=16)
    last_event_id: int = Field(default=0, sa_type=BigInteger)
    gaps: list[list[Any]] = json_value(list)
    read_at: datetime = moment()


class DutyUpdate(SQLModel, table=True):
    """What the staff did in Telegram, stored before it is acknowledged and handled in order for each lane."""

    __tablename__ = "duty_update"
    __table_args__ = (
        UniqueConstraint("external_id"),
        Index("duty_update_unhandled", "lane", "position", "id", postgresql_where=text("handled_at IS NULL")),
        Index("duty_update_received", "received_at"),
    )

    id: int | None = identity()
    external_id: str = Field(max_length=64)
    lane: str = Field(max_length=64)
    position: int = Field(default=0, sa_type=BigInteger)
    payload: Any = sealed_json("duty_update.payload", nullable=True)
    received_at: datetime = moment()
    handled_at: datetime | None = moment(nullable=True)
    tries: int = 0
    error: str = Field(default="", max_length=300)
