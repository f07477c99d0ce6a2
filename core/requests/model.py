"""Information requests to departments (reg. 2.8.9) and the official notes that answer them (2.8.10)."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference


class InformationRequest(SQLModel, table=True):
    """A numbered request of one card to one department.

    The addressee is written down as they were on the day; ``stands_in_for_id`` is the absent liaison whose substitute it is.
    ``delivery`` is the end of its newest letter: empty on its way, else sent, delivered, bounced or failed.
    """

    __tablename__ = "information_request"
    __table_args__ = (
        Index("request_of_appeal", "appeal_id", "id"),
        Index("request_sent", "sent_at"),
        Index("request_awaited", "due_on", "id", postgresql_where=text("status = 'sent'")),
        Index("request_of_department", "department", "id"),
    )

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    department: str = Field(foreign_key="department.key", max_length=40)
    liaison_id: int | None = reference("liaison.id", nullable=True)
    stands_in_for_id: int | None = reference("liaison.id", nullable=True)
    addressee_name: str = Field(default="", max_length=200)
    addressee_position: str = Field(default="", max_length=400)
    addressee_email: str = Field(default="", max_length=320)
    copy_to: str = Field(default="", max_length=320)
    number: str = Field(max_length=32, unique=True)
    question: str
    status: str = Field(max_length=16)
    due_on: date
    document_key: str = Field(default="", max_length=64)
    prepared_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    sent_by_id: int | None = reference("staff_member.id", nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    withdrawn_at: datetime | None = moment(nullable=True)
    delivery: str = Field(default="", max_length=16)
    client_key: str | None = Field(default=None, max_length=120, unique=True)
    version: int = 1


class Memo(SQLModel, table=True):
    """A department's official note: what it says, and who signed it under which number.

    ``text`` is what could be read out of the file, for the draft of the reply; ``text_state`` is read, unread (there is a file
    that gives no text) or none (no file). ``came_by`` is upload, link or mail. One that came by mail is a draft (``is_draft``)
    until an operator has looked at its number, day and signature.
    """

    __tablename__ = "memo"
    __table_args__ = (Index("memo_of_request", "request_id", "id"), Index("memo_of_appeal", "appeal_id", "id"))

    id: int | None = identity()
    request_id: int = reference("information_request.id", ondelete="CASCADE")
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    number: str = Field(max_length=64)
    dated_on: date
    signed_by: str = Field(max_length=200)
    outcome: str = Field(max_length=16)
    reasons: str = ""
    file_key: str = Field(default="", max_length=64)
    file_name: str = Field(default="", max_length=255)
    media_type: str = Field(default="", max_length=128)
    text: str = ""
    text_state: str = Field(max_length=8)
    came_by: str = Field(max_length=8)
    is_draft: bool = False
    received_at: datetime = moment()
    received_by_id: int | None = reference("staff_member.id", nullable=True)
    client_key: str | None = Field(default=None, max_length=120, unique=True)
