"""Conversations, what was said in them, and the count of contacts (reg. 2.5.2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import first_mark_of, identity, json_value, moment, reference, sealed, sealed_json

OPEN = text("mode <> 'closed'")
WAITING = text("mode = 'waiting'")
HELD = text("mode = 'operator'")


class Conversation(SQLModel, table=True):
    """One person on one channel, from the first message until it is closed.

    ``pending_outcome`` is what the dialogue must still be told (``{"intent", "slots"}``) after a deed was stored.
    ``version`` grows with each stored turn and fences off a process that lost its lock. The list columns
    (``preview``, ``last_message_at``, ``unread``) are kept here so that a page of the inbox reads one table. Until
    ``comment_until`` the citizen's next words are their comment beside the answer ``comment_on`` (core/calls/model.py), not the
    dialogue's.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("conversation_open_identity", "identity_id", unique=True, postgresql_where=OPEN),
        Index("conversation_queue", "emergency", "waiting_since", "id", postgresql_where=WAITING),
        Index("conversation_held", "operator_id", "last_message_at", "id", postgresql_where=HELD),
        Index("conversation_held_by_any", "last_message_at", "id", postgresql_where=HELD),
        Index("conversation_open", "last_message_at", "id", postgresql_where=OPEN),
        Index("conversation_all", "last_message_at", "id"),
        Index("conversation_untold", "id", postgresql_where=text("pending_outcome IS NOT NULL")),
        Index("conversation_channel", "channel", "last_message_at", "id"),
        Index("conversation_of_identity", "identity_id", "id"),
    )

    id: int | None = identity()
    channel: str = Field(max_length=16)
    identity_id: int = reference("channel_identity.id")
    applicant_id: int | None = reference("applicant.id", index=True, nullable=True)
    mode: str = Field(default="bot", max_length=16)
    operator_id: int | None = reference("staff_member.id", nullable=True)
    hand_off_reason: str = Field(default="", max_length=200)
    waiting_since: datetime | None = moment(nullable=True)
    taken_at: datetime | None = moment(nullable=True)
    last_message_at: datetime = moment()
    last_author: str = Field(default="citizen", max_length=16)
    preview: str = Field(default="", max_length=200)
    unread: int = 0
    warnings: int = 0
    emergency: bool = False
    dialogue_state: Any = json_value()
    dialogue_asks: str | None = Field(default=None, max_length=64)
    pending_outcome: Any = json_value()
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    closed_as: str = Field(default="", max_length=32)
    comment_on: int | None = Field(default=None, sa_type=BigInteger)
    comment_until: datetime | None = moment(nullable=True)
    version: int = 0


class Message(SQLModel, table=True):
    """One thing said; ``external_id`` is the channel's own number of it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_thread", "conversation_id", "id"),
        Index("message_words", text("to_tsvector('russian'::regconfig, text)"), postgresql_using="gin"),
        Index("message_unanswered", "created_at", "id", postgresql_where=text("""details @> '{"answered": false}'""")),
        Index("message_external", "conversation_id", "external_id", postgresql_where=text("external_id <> ''")),
    )

    id: int | None = identity()
    conversation_id: int = reference("conversation.id", ondelete="CASCADE")
    author: str = Field(max_length=16)
    audience: str = Field(default="citizen", max_length=16)
    staff_id: int | None = reference("staff_member.id", nullable=True)
    text: str = ""
    buttons: list[dict[str, Any]] = json_value(list)
    details: dict[str, Any] = json_value(dict)
    reply_to_id: int | None = Field(default=None, sa_type=BigInteger)
    external_id: str = Field(default="", max_length=64)
    created_at: datetime = moment()
    edited_at: datetime | None = moment(nullable=True)


class MessageVersion(SQLModel, table=True):
    """What a message said before it was edited."""

    __tablename__ = "message_version"

    id: int | None = identity()
    message_id: int = reference("message.id", index=True, ondelete="CASCADE")
    text: str
    replaced_at: datetime = moment()


class Attachment(SQLModel, table=True):
    """A file, a place or a contact that came with a message.

    ``details``: the contact or the place, what was heard, what is wrong with a file.
    ``state``: ``remote`` (still with the channel), ``stored``, ``refused`` (over the limit) or ``gone``.
    """

    __tablename__ = "attachment"

    id: int | None = identity()
    message_id: int = reference("message.id", index=True, ondelete="CASCADE")
    kind: str = Field(max_length=16)
    file_name: str = Field(default="", max_length=255)
    media_type: str = Field(default="application/octet-stream", max_length=128)
    size: int = Field(default=0, sa_type=BigInteger)
    state: str = Field(default="remote", max_length=16)
    remote_id: str = Field(default="", max_length=300)
    storage_key: str = Field(default="", max_length=64)
    details: dict[str, Any] = sealed_json("attachment.details")


class Contact(SQLModel, table=True):
    """One contact, for the count of 2.5.2: exactly one row for each, with its outcome."""

    __tablename__ = "contact"

    id: int | None = identity()
    conversation_id: int = reference("conversation.id", index=True, ondelete="CASCADE")
    channel: str = Field(max_length=16)
    started_at: datetime = moment(index=True)
    ended_at: datetime | None = moment(nullable=True)
    outcome: str = Field(default="", max_length=32)


class InboundItem(SQLModel, table=True):
    """What a channel brought, stored under the channel's own identity before it is acknowledged (decision 4).

    ``payload``: the native event as JSON, sealed, as ``lane`` is: they tell who writes, and what.
    """

    __tablename__ = "inbound_item"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("inbound_unhandled", "lane_mark", "position", "id", postgresql_where=text("handled_at IS NULL")),
    )

    id: int | None = identity()
    source: str = Field(max_length=64)
    external_id: str = Field(max_length=128)
    lane: str = sealed("inbound_item.lane", required=True)
    lane_mark: str | None = first_mark_of("lane")
    position: int = Field(default=0, sa_type=BigInteger)
    payload: str = sealed("inbound_item.payload")
    received_at: datetime = moment()
    handled_at: datetime | None = moment(nullable=True)
    tries: int = 0
    error: str = Field(default="", max_length=300)


class LeftMessage(SQLModel, table=True):
    """A message left for the centre (menu item 5; reg. 2.4.2): who, how to reach them, and the question."""

    __tablename__ = "left_message"
    __table_args__ = (Index("left_message_open", "id", postgresql_where=text("reviewed_at IS NULL")),)

    id: int | None = identity()
    conversation_id: int = reference("conversation.id", index=True, ondelete="CASCADE")
    full_name: str = Field(max_length=300)
    phone: str = sealed("left_message.phone")
    email: str = sealed("left_message.email")
    text: str
    call_id: int | None = reference("phone_call.id", nullable=True, index=True, ondelete="SET NULL")
    left_at: datetime = moment()
    due_on: date | None = None
    reviewed_at: datetime | None = moment(nullable=True)
    reviewed_by: int | None = reference("staff_member.id", nullable=True)


class NewsItem(SQLModel, table=True):
    """The news of the day (menu item 2; order 6): a text and, when the press department placed one, a sound file.

    ``audio_key``: the sound for Telegram, ``phone_key``: the same for the telephone (8 kHz mono WAV), both stored files;
    ``source_key``: what was uploaded. Nobody hears it before ``approved_at``, after ``withdrawn_at`` or outside
    ``valid_from`` to ``valid_until``.
    """

    __tablename__ = "news_item"

    id: int | None = identity()
    title: str = Field(max_length=200)
    text: str
    audio_key: str = Field(default="", max_length=64)
    audio_type: str = Field(default="", max_length=64)
    phone_key: str = Field(default="", max_length=64)
    source_key: str = Field(default="", max_length=64)
    source_name: str = Field(default="", max_length=255)
    seconds: float = 0.0
    peaks: list[int] = json_value(list)
    placed_at: datetime = moment(index=True)
    placed_by_id: int | None = reference("staff_member.id", nullable=True)
    valid_from: datetime | None = moment(nullable=True)
    valid_until: datetime | None = moment(nullable=True)
    approved_at: datetime | None = moment(nullable=True)
    approved_by_id: int | None = reference("staff_member.id", nullable=True)
    withdrawn_at: datetime | None = moment(nullable=True)
    version: int = 0
