"""What is written to an applicant in the course of a case (reg. 2.8.8, 2.8.10)."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference, sealed


class Reply(SQLModel, table=True):
    """A letter to the applicant from its draft to its arrival; without ``drafted_by_id`` the timetable drafted it.

    ``memo_ids`` are the official notes that it was made of, ``enclosed_ids`` those whose files go along; ``tried`` are the forms in
    which it could not be delivered; ``document_key`` is the page for the post.
    """

    __tablename__ = "reply"
    __table_args__ = (
        Index("reply_of_appeal", "appeal_id", "id"),
        Index("reply_sent", "sent_at"),
        Index("reply_of_delivery", "delivery_id", postgresql_where=text("delivery_id IS NOT NULL")),
        Index("reply_draft_of", "appeal_id", "kind", postgresql_where=text("state = 'draft'")),
    )

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    kind: str = Field(max_length=16)
    form: str = Field(max_length=16)
    address: str = sealed("reply.address")
    subject: str = Field(default="", max_length=300)
    body: str = ""
    reasons: str = ""
    expected_on: date | None = None
    memo_ids: list[int] = json_value(list)
    enclosed_ids: list[int] = json_value(list)
    state: str = Field(default="draft", max_length=16)
    tried: list[str] = json_value(list)
    error: str = Field(default="", max_length=300)
    delivery_id: int | None = reference("delivery.id", nullable=True, ondelete="SET NULL")
    document_key: str = Field(default="", max_length=64)
    drafted_by_id: int | None = reference("staff_member.id", nullable=True)
    drafted_at: datetime = moment()
    sent_by_id: int | None = reference("staff_member.id", nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    client_key: str | None = Field(default=None, max_length=64, unique=True)
    version: int = 1
