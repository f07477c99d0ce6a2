"""Mails that came in, their files, the mailboxes they lay in, and what is known of foreign addresses."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import first_mark_of, identity, json_value, moment, reference, sealed, sealed_json

UNDER_WAY = text("state IN ('stored', 'read')")
FOR_SOMEBODY = text("needs_look AND looked_at IS NULL")


class Mail(SQLModel, table=True):
    """A mail as it came, what could be read in it, and what became of it.

    ``state``: stored, read, routed, or failed when it was given up after several tries. ``digest`` is the same for a mail that is
    brought again under another number or to another mailbox. ``heads`` holds what else its headers say, ``report`` what a bounce
    tells, ``draft`` what a registration card could be filled with: they are sealed, as its author is. ``came_to``: how it found
    its place (core.mail.vocabulary).
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "uid_validity", "uid"),
        Index("mail_under_way", "id", postgresql_where=UNDER_WAY),
        Index("mail_for_somebody", "id", postgresql_where=FOR_SOMEBODY),
        Index("mail_by_message_id", "message_id", postgresql_where=text("message_id <> ''")),
        Index("mail_of_conversation", "conversation_id", "id", postgresql_where=text("conversation_id IS NOT NULL")),
        Index("mail_of_message", "message_id_of_thread", postgresql_where=text("message_id_of_thread IS NOT NULL")),
        Index("mail_of_request", "request_id", "id", postgresql_where=text("request_id IS NOT NULL")),
        Index("mail_of_appeal", "appeal_id", "id", postgresql_where=text("appeal_id IS NOT NULL")),
        Index("mail_of_delivery", "delivery_id", postgresql_where=text("delivery_id IS NOT NULL")),
        Index("mail_acknowledged", "author_mark", "acknowledged_at", postgresql_where=text("acknowledged_at IS NOT NULL")),
        Index("mail_of_kind", "kind", "id"),
        Index("mail_raw", "raw_key"),
    )

    id: int | None = identity()
    mailbox: str = Field(max_length=64)
    uid_validity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    digest: str = Field(max_length=64, unique=True)
    raw_key: str = Field(max_length=64)
    size: int = Field(sa_type=BigInteger)
    received_at: datetime = moment()
    state: str = Field(default="stored", max_length=8)
    tries: int = 0
    next_try_at: datetime = moment()
    error: str = Field(default="", max_length=300)
    kind: str = Field(default="", max_length=16)
    subject: str = Field(default="", max_length=1000)
    author: str = sealed("mail.author")
    author_mark: str | None = first_mark_of("author")
    author_name: str = sealed("mail.author_name")
    message_id: str = Field(default="", max_length=1000)
    sent_at: datetime | None = moment(nullable=True)
    text: str = ""
    reading: str = ""
    html: str = ""
    is_signed: bool = False
    heads: dict[str, Any] = sealed_json("mail.heads")
    checked: dict[str, Any] = json_value(dict)
    remarks: list[str] = json_value(list)
    report: Any = sealed_json("mail.report", nullable=True)
    draft: Any = sealed_json("mail.draft", nullable=True)
    came_to: str = Field(default="", max_length=24)
    needs_look: bool = False
    looked_at: datetime | None = moment(nullable=True)
    looked_by_id: int | None = reference("staff_member.id", nullable=True)
    conversation_id: int | None = reference("conversation.id", nullable=True, ondelete="SET NULL")
    message_id_of_thread: int | None = reference("message.id", nullable=True, ondelete="SET NULL")
    appeal_id: int | None = reference("appeal.id", nullable=True, ondelete="SET NULL")
    request_id: int | None = reference("information_request.id", nullable=True, ondelete="SET NULL")
    delivery_id: int | None = reference("delivery.id", nullable=True, ondelete="SET NULL")
    acknowledged_at: datetime | None = moment(nullable=True)
    read_at: datetime | None = moment(nullable=True)
    routed_at: datetime | None = moment(nullable=True)


class MailPart(SQLModel, table=True):
    """A file of a mail; ``warnings`` are the codes of core.mail.port.MailFile."""

    __tablename__ = "mail_part"
    __table_args__ = (UniqueConstraint("mail_id", "number"), Index("mail_part_file", "storage_key"))

    id: int | None = identity()
    mail_id: int = reference("mail.id", ondelete="CASCADE")
    number: int
    name: str = Field(default="", max_length=255)
    media_type: str = Field(default="application/octet-stream", max_length=128)
    kind: str = Field(max_length=16)
    content_id: str = Field(default="", max_length=300)
    size: int = Field(default=0, sa_type=BigInteger)
    storage_key: str = Field(default="", max_length=64)
    warnings: list[str] = json_value(list)


class Mailbox(SQLModel, table=True):
    """How far a mailbox was read, and how its watcher fares: what the duty page shows.

    ``phase`` and ``trouble`` are the watcher's codes; ``seen_at``: when it last told of itself.
    """

    __tablename__ = "mailbox"

    name: str = Field(primary_key=True, max_length=64)
    uid_validity: int = Field(default=0, sa_type=BigInteger)
    last_uid: int = Field(default=0, sa_type=BigInteger)
    last_mail_at: datetime | None = moment(nullable=True)
    phase: str = Field(default="", max_length=16)
    phase_since: datetime | None = moment(nullable=True)
    seen_at: datetime | None = moment(nullable=True)
    trouble: str = Field(default="", max_length=64)
    trouble_at: datetime | None = moment(nullable=True)


class MailAddress(SQLModel, table=True):
    """What bounces told of an address. One that takes no more mail has ``dead_since``; a mail from it, or one that arrived there,
    brings it back to life."""

    __tablename__ = "mail_address"
    __table_args__ = (UniqueConstraint("address_mark"),)

    id: int | None = identity()
    address: str = sealed("mail_address.address", required=True)
    address_mark: str | None = first_mark_of("address")
    hard: int = 0
    soft: int = 0
    last_bounced_at: datetime | None = moment(nullable=True)
    last_status: str = Field(default="", max_length=16)
    last_diagnostic: str = sealed("mail_address.last_diagnostic")
    dead_since: datetime | None = moment(nullable=True)
