"""Days that differ from the official calendar, and the counter by which processes see that they have changed."""

from datetime import date, datetime, time

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from core.table import moment, reference


class CalendarOverride(SQLModel, table=True):
    """What is decided of a day; ``reason`` is shown to people, ``source`` names the order or the decree behind it."""

    __tablename__ = "calendar_override"

    day: date = Field(primary_key=True)
    working: bool
    reason: str = Field(max_length=300)
    source: str = Field(default="", max_length=300)
    set_by_id: int | None = reference("staff_member.id", nullable=True)
    set_at: datetime = moment()


class CalendarState(SQLModel, table=True):
    """One row, locked by every change; ``changed_in`` is the number of the transaction that made the newest one.

    A transaction's number is never given twice, so that what a rolled-back change left in a process's memory is never taken for
    a later one.
    """

    __tablename__ = "calendar_state"

    id: int = Field(default=1, primary_key=True, sa_type=BigInteger)
    changed_in: int = Field(default=0, sa_type=BigInteger)


class OfficeClosure(SQLModel, table=True):
    """Other hours of one working day, as the head of the centre decided; ``notice``: what citizens are told."""

    __tablename__ = "office_closure"

    day: date = Field(primary_key=True)
    opens: time
    closes: time
    notice: str = Field(default="", max_length=300)
    set_by_id: int = reference("staff_member.id")
    set_at: datetime = moment()
