"""The keys that seal contacts, as the database holds them: wrapped under a master key that it does not hold (ADR 0035)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from core.table import moment


class DataKey(SQLModel, table=True):
    """``purpose``: values or marks; ``wrapped``: the master key's name and the key sealed under it (db/sealing.py).

    ``retired_at``: since when nothing is sealed by it. The row stays: a copy of the database may still need it.
    """

    __tablename__ = "data_key"

    id: str = Field(primary_key=True, max_length=16)
    purpose: str = Field(max_length=8)
    wrapped: str
    made_at: datetime = moment()
    retired_at: datetime | None = moment(nullable=True)
