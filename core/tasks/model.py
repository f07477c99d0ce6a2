"""What the staff are asked to do, or warned of: the alarms and the work lists of the casework."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference

OPEN = text("done_at IS NULL")


class StaffTask(SQLModel, table=True):
    """One thing to do; ``key`` says what it is about, so that the timetable raises it once only.

    ``for_role`` is whose list it is on: the operators' or the supervisor's. ``request_id`` and ``reply_id`` are plain numbers: a
    task is kept after what it was about has gone.
    """

    __tablename__ = "staff_task"
    __table_args__ = (
        Index("staff_task_open", "for_role", "due_on", "id", postgresql_where=OPEN),
        Index("staff_task_of_appeal", "appeal_id", "id"),
        Index("staff_task_of_assignee", "assignee_id", "id", postgresql_where=OPEN),
        Index("staff_task_of_request", "request_id", postgresql_where=text("done_at IS NULL AND request_id IS NOT NULL")),
        Index("staff_task_of_reply", "reply_id", postgresql_where=text("done_at IS NULL AND reply_id IS NOT NULL")),
    )

    id: int | None = identity()
    kind: str = Field(max_length=32)
    for_role: str = Field(max_length=16)
    appeal_id: int | None = reference("appeal.id", nullable=True, ondelete="CASCADE")
    request_id: int | None = Field(default=None, sa_type=BigInteger)
    reply_id: int | None = Field(default=None, sa_type=BigInteger)
    department: str = Field(default="", max_length=64)
    assignee_id: int | None = reference("staff_member.id", nullable=True)
    due_on: date | None = None
    key: str = Field(max_length=120, unique=True)
    facts: dict[str, Any] = json_value(dict)
    raised_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)
    done_by_id: int | None = reference("staff_member.id", nullable=True)
