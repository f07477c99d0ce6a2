"""Structural units of the administration and the officials who answer for the interaction (reg. 4.2)."""

from sqlmodel import Field, SQLModel

from core.table import identity


class Department(SQLModel, table=True):
    """A structural unit named by the order."""

    __tablename__ = "department"

    key: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=300)
    note: str = Field(default="", max_length=300)
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=32)


class Liaison(SQLModel, table=True):
    """An official of the order's list, responsible for the interaction with the centre."""

    __tablename__ = "liaison"

    id: int | None = identity()
    no: int = Field(unique=True)
    full_name: str = Field(max_length=200)
    position: str = Field(max_length=400)
    department: str = Field(foreign_key="department.key", max_length=40, index=True)
    email: str = Field(default="", max_length=320)
    phone: str = Field(default="", max_length=32)
