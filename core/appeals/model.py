"""Registered appeals, their numbers and moves, and the journal of refusals (reg. 2.8.3-2.8.7)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference, sealed

UNDER_CONTROL = text("status NOT IN ('closed', 'merged')")
AWAITED = text("status NOT IN ('closed', 'merged', 'replied')")
WORDS = text(
    "to_tsvector('russian'::regconfig,"
    " registration_number || ' ' || applicant_name || ' ' || topic || ' ' || address || ' ' || text || ' zid' || (id / 16384))"
)
WINDOW = 16384
"""Cards of one ``zid`` word: a search looks among the newest of them first, whatever the size of the table."""


class Appeal(SQLModel, table=True):
    """A registration card; overdue is derived from ``answer_by``, never stored.

    ``counted_from`` is the day of registration or of reopening. ``answer_by`` is ``due_on``, or the day that the newest interim
    reply promised (``promised_on``). ``status_before`` is where a card that waits for the applicant or was merged goes back to.
    ``applicant_name`` and ``address_key`` serve lists and likeness.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("journal", "year", "number"),
        Index("appeal_of_applicant", "applicant_id", "id"),
        Index("appeal_registered", "registered_at"),
        Index("appeal_due", "due_on"),
        Index("appeal_closed", "closed_at"),
        Index("appeal_by_number", "number", "id"),
        Index("appeal_board", "answer_by", "id", postgresql_where=AWAITED),
        Index("appeal_under_control", "id", postgresql_where=UNDER_CONTROL),
        Index("appeal_replied", "replied_at", "id", postgresql_where=text("status = 'replied'")),
        Index("appeal_of_assignee", "assignee_id", "answer_by", "id", postgresql_where=UNDER_CONTROL),
        Index("appeal_by_status", "status", "id"),
        Index("appeal_at_address", "address_key", "id", postgresql_where=text("address_key <> ''")),
        Index("appeal_words", WORDS, postgresql_using="gin"),
        Index("appeal_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )

    id: int | None = identity()
    journal: str = Field(max_length=4)
    year: int
    number: int
    registration_number: str = Field(max_length=32, unique=True)
    applicant_id: int = reference("applicant.id")
    conversation_id: int | None = reference("conversation.id", index=True, nullable=True)
    channel: str = Field(max_length=16)
    text: str
    address: str = Field(default="", max_length=500)
    topic: str = Field(default="", max_length=200)
    urgency: str = Field(max_length=16)
    reply_form: str = Field(max_length=16)
    reply_to: str = sealed("appeal.reply_to")
    status: str = Field(default="registered", max_length=24)
    registered_at: datetime = moment()
    registered_by: int | None = reference("staff_member.id", nullable=True)
    counted_from: date
    due_on: date
    promised_on: date | None = None
    answer_by: date
    applicant_name: str = Field(default="", max_length=300)
    address_key: str = Field(default="", max_length=200)
    assignee_id: int | None = reference("staff_member.id", nullable=True)
    status_before: str = Field(default="", max_length=24)
    merged_into_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="appeal.id")
    replied_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    closed_by_id: int | None = reference("staff_member.id", nullable=True)
    closing: str = Field(default="", max_length=16)
    reopened: int = 0
    client_key: str | None = Field(default=None, max_length=64, unique=True)
    version: int = 1


class AppealMove(SQLModel, table=True):
    """One line of a card's history."""

    __tablename__ = "appeal_move"

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", index=True, ondelete="CASCADE")
    move: str = Field(max_length=32)
    status: str = Field(max_length=24)
    staff_id: int | None = reference("staff_member.id", nullable=True)
    note: str = ""
    details: dict[str, Any] = json_value(dict)
    made_at: datetime = moment()


class AppealFile(SQLModel, table=True):
    """A file of a card; ``kind`` is applicant, request, memo, reply or other."""

    __tablename__ = "appeal_file"

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", index=True, ondelete="CASCADE")
    kind: str = Field(max_length=16)
    file_name: str = Field(max_length=255)
    media_type: str = Field(max_length=128)
    size: int = Field(sa_type=BigInteger)
    storage_key: str = Field(max_length=64)
    added_by_id: int | None = reference("staff_member.id", nullable=True)
    added_at: datetime = moment()


class AppealLink(SQLModel, table=True):
    """Two cards that belong together; ``kind`` is related, merged (``appeal`` into ``other``) or split (``other`` out of it)."""

    __tablename__ = "appeal_link"
    __table_args__ = (
        Index("appeal_link_one", "appeal_id", postgresql_where=text("undone_at IS NULL")),
        Index("appeal_link_other", "other_id", postgresql_where=text("undone_at IS NULL")),
    )

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    other_id: int = reference("appeal.id", ondelete="CASCADE")
    kind: str = Field(max_length=16)
    made_by_id: int | None = reference("staff_member.id", nullable=True)
    made_at: datetime = moment()
    undone_by_id: int | None = reference("staff_member.id", nullable=True)
    undone_at: datetime | None = moment(nullable=True)


class SavedFilter(SQLModel, table=True):
    """A filter of the list of appeals that a member of staff keeps; ``shared`` ones are seen by all."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: int | None = identity()
    staff_id: int = reference("staff_member.id", ondelete="CASCADE")
    name: str = Field(max_length=80)
    query: dict[str, Any] = json_value(dict)
    shared: bool = False
    saved_at: datetime = moment()


class AppealCounter(SQLModel, table=True):
    """The last number given in a journal in a year; locked while the next is taken, so there are no gaps."""

    __tablename__ = "appeal_counter"

    journal: str = Field(primary_key=True, max_length=4)
    year: int = Field(primary_key=True)
    last: int = 0


class Refusal(SQLModel, table=True):
    """An appeal that was not registered (2.8.4): why, who decided, and the text."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_at", "refused_at"),)

    id: int | None = identity()
    conversation_id: int | None = reference("conversation.id", index=True, nullable=True)
    reason: str = Field(max_length=16)
    text: str = ""
    staff_id: int | None = reference("staff_member.id", nullable=True)
    refused_at: datetime = moment()
