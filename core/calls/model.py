"""Telephone calls that applicants are owed, each attempt, and what they say of the result (reg. 2.8.8, 2.8.11)."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference, sealed


class CallTask(SQLModel, table=True):
    """A call to make: to read a reply out, or before the appeal is closed. ``state``: open, done or dropped."""

    __tablename__ = "call_task"
    __table_args__ = (
        Index("call_task_open", "due_on", "id", postgresql_where=text("state = 'open'")),
        Index("call_task_of_appeal", "appeal_id", "id"),
    )

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    reply_id: int | None = Field(default=None, sa_type=BigInteger)
    purpose: str = Field(max_length=16)
    phone: str = sealed("call_task.phone", required=True)
    due_on: date
    state: str = Field(default="open", max_length=8)
    attempts: int = 0
    not_before: datetime | None = moment(nullable=True)
    opened_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)


class CallAttempt(SQLModel, table=True):
    """One attempt: when, how it ended, who called. ``confirmed``: the person said that the matter was carried out."""

    __tablename__ = "call_attempt"
    __table_args__ = (
        Index("call_attempt_of_appeal", "appeal_id", "at"),
        Index("call_attempt_of_task", "call_task_id", "id"),
        Index("call_attempt_at", "at"),
    )

    id: int | None = identity()
    call_task_id: int = reference("call_task.id", ondelete="CASCADE")
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    phone: str = sealed("call_attempt.phone", required=True)
    at: datetime = moment()
    outcome: str = Field(max_length=16)
    staff_id: int | None = reference("staff_member.id", nullable=True)
    note: str = ""
    seconds: int | None = None
    confirmed: bool | None = None


class Satisfaction(SQLModel, table=True):
    """What the applicant says of the result: ``score`` 1 to 5, ``came_by`` call, link or telegram.

    ``explanation`` is the centre's.
    """

    __tablename__ = "satisfaction"
    __table_args__ = (Index("satisfaction_of_appeal", "appeal_id", "id"), Index("satisfaction_asked", "asked_at"))

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    solved: bool | None = None
    score: int | None = None
    comment: str = ""
    asked_at: datetime = moment()
    answered_at: datetime | None = moment(nullable=True)
    came_by: str = Field(default="", max_length=8)
    explanation: str = ""
    explained_by_id: int | None = reference("staff_member.id", nullable=True)
    explained_at: datetime | None = moment(nullable=True)
