"""Registered appeals, their numbers and moves, and the journal of refusals (reg. 2.8.3-2.8.7)."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference


class Appeal(SQLModel, table=True):
    """A registration card; overdue is derived from ``due_on``, never stored."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("journal", "year", "number"),
        Index("appeal_of_applicant", "applicant_id", "id"),
        Index("appeal_by_number", "number", "id"),
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
    reply_to: str = Field(default="", max_length=500)
    status: str = Field(default="registered", max_length=24)
    registered_at: datetime = moment()
    registered_by: int | None = reference("staff_member.id", nullable=True)
    due_on: date
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
    made_at: datetime = moment()


class AppealCounter(SQLModel, table=True):
    """The last number given in a journal in a year; locked while the next is taken, so there are no gaps."""

    __tablename__ = "appeal_counter"

    journal: str = Field(primary_key=True, max_length=4)
    year: int = Field(primary_key=True)
    last: int = 0


class Refusal(SQLModel, table=True):
    """An appeal that was not registered (2.8.4): why, who decided, and the text."""

    __tablename__ = "refusal"

    id: int | None = identity()
    conversation_id: int | None = reference("conversation.id", index=True, nullable=True)
    reason: str = Field(max_length=16)
    text: str = ""
    staff_id: int | None = reference("staff_member.id", nullable=True)
    refused_at: datetime = moment()
