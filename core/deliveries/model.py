"""What must reach a person: written with its cause, sent afterwards, recorded (design decision 5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.table import first_mark_of, identity, moment, reference, sealed, sealed_json

UNSENT = text("state IN ('waiting', 'sending')")


class Delivery(SQLModel, table=True):
    """One message on its way; ``doubtful`` marks a row that a crash left in ``sending`` and that was sent once more.

    A letter to a department belongs to no conversation. What is sent, and to whom, is sealed; a lane is found by the mark.
    ``subject`` ("reply:12") names whoever is told how it ended; ``key`` lets the timetable write the same letter once only.
    ``delayed_at``: a mail server told that it still tries.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_unsent", "conversation_id", "id", postgresql_where=UNSENT),
        Index("delivery_lane", "channel", "recipient_mark", "id", postgresql_where=UNSENT),
        Index("delivery_due", "next_try_at", postgresql_where=UNSENT),
        Index("delivery_of_message", "message_id"),
    )

    id: int | None = identity()
    conversation_id: int | None = reference("conversation.id", ondelete="CASCADE", nullable=True)
    message_id: int | None = reference("message.id", nullable=True, ondelete="CASCADE")
    channel: str = Field(max_length=16)
    recipient: str = sealed("delivery.recipient", required=True)
    recipient_mark: str | None = first_mark_of("recipient")
    content: dict[str, Any] = sealed_json("delivery.content")
    of_record: bool = False
    subject: str = Field(default="", max_length=64)
    key: str | None = Field(default=None, max_length=120, unique=True)
    state: str = Field(default="waiting", max_length=16)
    doubtful: bool = False
    tries: int = 0
    next_try_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    delayed_at: datetime | None = moment(nullable=True)
    provider_id: str = Field(default="", max_length=300)
    error: str = Field(default="", max_length=300)
    created_at: datetime = moment()
