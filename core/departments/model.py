"""Structural units of the administration, the officials who answer for the interaction (reg. 4.2), and their absences (4.4)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from core.table import identity, moment, number, reference


class Department(SQLModel, table=True):
    """A structural unit named by the order; ``copy_to_head``: its head gets a copy of every request and reminder.

    ``id``: its number, by which drafts are about it.
    """

    __tablename__ = "department"

    key: str = Field(primary_key=True, max_length=40)
    id: int | None = number()
    name: str = Field(max_length=300)
    note: str = Field(default="", max_length=300)
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=32)
    head_name: str = Field(default="", max_length=200)
    head_position: str = Field(default="", max_length=400)
    head_email: str = Field(default="", max_length=320)
    copy_to_head: bool = False
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Liaison(SQLModel, table=True):
    """An official of the order's list, responsible for the interaction with the centre; one who left the list is not active."""

    __tablename__ = "liaison"

    id: int | None = identity()
    no: int = Field(unique=True)
    full_name: str = Field(max_length=200)
    position: str = Field(max_length=400)
    department: str = Field(foreign_key="department.key", max_length=40, index=True)
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=32)
    is_active: bool = True
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Absence(SQLModel, table=True):
    """Days on which a liaison is away, the first and the last one included.

    The substitute (4.4) is another liaison, or a person given by name; nobody when neither is set.
    """

    __tablename__ = "absence"
    __table_args__ = (Index("absence_of_liaison", "liaison_id", "last"),)

    id: int | None = identity()
    liaison_id: int = reference("liaison.id", ondelete="CASCADE")
    first: date
    last: date
    substitute_id: int | None = reference("liaison.id", nullable=True)
    substitute_name: str = Field(default="", max_length=200)
    substitute_position: str = Field(default="", max_length=400)
    substitute_email: str = Field(default="", max_length=320)
    substitute_phone: str = Field(default="", max_length=32)
    reason: str = Field(default="", max_length=200)
    made_by_id: int | None = reference("staff_member.id", nullable=True)
    made_at: datetime = moment()
