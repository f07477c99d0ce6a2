"""What the records system is told of each appeal, and what it answered (reg. 2.8.6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference

WAITING = text("state = 'waiting'")
UNTRIED = text("state = 'waiting' AND tries = 0")


class RecordsMessage(SQLModel, table=True):
    """One message on its way to the records system; ``return_id`` is what its answer quotes.

    A row that nobody has tried to write takes later changes of its appeal in, so an appeal has at most one of them. Each try counts
    before it begins and settles ``kind``, and a tried row takes nothing in: a receiver that has it already must not miss anything.
    """

    __tablename__ = "records_message"
    __table_args__ = (
        Index("records_message_of_appeal", "appeal_id", "id"),
        Index("records_message_untried", "appeal_id", unique=True, postgresql_where=UNTRIED),
        Index("records_message_due", "next_try_at", "id", postgresql_where=WAITING),
    )

    id: int | None = identity()
    appeal_id: int = reference("appeal.id", ondelete="CASCADE")
    kind: str = Field(max_length=16)
    message_id: UUID = Field(unique=True)
    return_id: UUID = Field(unique=True)
    state: str = Field(default="waiting", max_length=16)
    payload_digest: str = Field(default="", max_length=64)
    file_name: str = Field(default="", max_length=255)
    delo_number: str = Field(default="", max_length=100)
    delo_date: date | None = None
    reason: str = Field(default="", max_length=500)
    tries: int = 0
    next_try_at: datetime = moment()
    error: str = Field(default="", max_length=300)
    made_at: datetime = moment()
    written_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)


class RecordsCursor(SQLModel, table=True):
    """How far the histories of the cards were looked through for what the records system has to be told."""

    __tablename__ = "records_cursor"

    name: str = Field(primary_key=True, max_length=16)
    last_move_id: int = Field(default=0, sa_type=BigInteger)
