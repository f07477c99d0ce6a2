"""What was erased by its term, what must not be, and who asked for the erasure of a person's data (reg. 2.10)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference

IN_FORCE = text("lifted_at IS NULL")


class ErasedCount(SQLModel, table=True):
    """How many things of a kind were erased on a day; a row with zero says that the night looked and found nothing."""

    __tablename__ = "erased_count"

    day: date = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=24)
    rows: int = 0
    at: datetime = moment()


class LegalHold(SQLModel, table=True):
    """Nothing of this person or card is erased while it is in force: a court, a prosecutor, a dispute."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("legal_hold_applicant", "applicant_id", unique=True, postgresql_where=IN_FORCE),
        Index("legal_hold_appeal", "appeal_id", unique=True, postgresql_where=IN_FORCE),
    )

    id: int | None = identity()
    applicant_id: int | None = reference("applicant.id", nullable=True, ondelete="CASCADE")
    appeal_id: int | None = reference("appeal.id", nullable=True, ondelete="CASCADE")
    reason: str = Field(max_length=500)
    placed_by_id: int | None = reference("staff_member.id", nullable=True)
    placed_at: datetime = moment()
    lifted_by_id: int | None = reference("staff_member.id", nullable=True)
    lifted_at: datetime | None = moment(nullable=True)


class ErasureWish(SQLModel, table=True):
    """The erasure of a person's data: wished by one member of staff, carried out by another.

    ``done`` holds counts by kind, and of the appeals that stay until when.
    """

    __tablename__ = "erasure_wish"
    __table_args__ = (
        Index("erasure_wish_open", "applicant_id", unique=True, postgresql_where=text("done_at IS NULL AND withdrawn_at IS NULL")),
    )

    id: int | None = identity()
    applicant_id: int = reference("applicant.id", ondelete="CASCADE")
    reason: str = Field(max_length=500)
    wished_by_id: int | None = reference("staff_member.id", nullable=True)
    wished_at: datetime = moment()
    done_by_id: int | None = reference("staff_member.id", nullable=True)
    done_at: datetime | None = moment(nullable=True)
    withdrawn_at: datetime | None = moment(nullable=True)
    done: dict[str, Any] = json_value(dict)
