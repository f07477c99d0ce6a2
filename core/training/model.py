"""The training of operators: how far the tour came, and the days on which they practise (ADR 0032)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class Tour(SQLModel, table=True):
    """How far one member of staff came in the tour; ``state`` is offered, declined, running or finished."""

    __tablename__ = "tour"

    staff_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="staff_member.id", ondelete="CASCADE")
    state: str = Field(max_length=16)
    step: str = Field(default="", max_length=40)
    changed_at: datetime = moment()


class TrainingDay(SQLModel, table=True):
    """One day of training: whose it is, how far the citizens came (``told``), and how much its clock is ahead of the real one;
    ``opened_at`` is its beginning by that clock.

    What happens on it lies apart from the real records, and is gone when it ends; what stays is ``result``.
    """

    __tablename__ = "training_day"
    __table_args__ = (Index("training_day_open", "staff_id", unique=True, postgresql_where=text("ended_at IS NULL")),)

    id: int | None = identity()
    staff_id: int = reference("staff_member.id", ondelete="CASCADE", index=True)
    scenario: str = Field(max_length=40)
    ahead_seconds: int = 0
    told: list[str] = json_value(list)
    result: dict[str, Any] | None = json_value()
    started_at: datetime = moment()
    opened_at: datetime = moment()
    seen_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
