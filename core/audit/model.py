"""The audit trail: append-only, each entry sealed by the hash of the one before it (reg. 2.10)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class AuditEntry(SQLModel, table=True):
    """Who did what to which object; ``details`` holds ids and codes, never a citizen's words."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_of_person", "staff_id", "id"),
        Index("audit_of_subject", "subject", "id"),
        Index("audit_at", "at"),
    )

    id: int | None = identity()
    at: datetime = moment()
    staff_id: int | None = reference("staff_member.id", nullable=True)
    action: str = Field(max_length=64)
    subject: str = Field(max_length=64)
    details: dict[str, Any] = json_value(dict)
    seal: str = Field(max_length=64)


class AuditCheck(SQLModel, table=True):
    """What a check of the whole trail found: where it ended then, and the first entry that does not fit, if there was one.

    The trail's end is told outside of it as well: who cuts off the tail leaves the trail whole, but shorter than a check saw it.
    """

    __tablename__ = "audit_check"

    id: int | None = identity()
    at: datetime = moment()
    entries: int = Field(sa_type=BigInteger)
    last_id: int = Field(sa_type=BigInteger)
    last_seal: str = Field(max_length=64)
    broken_id: int | None = Field(default=None, sa_type=BigInteger)
    staff_id: int | None = reference("staff_member.id", nullable=True)


class LiveEvent(SQLModel, table=True):
    """What changed, for the screens: replayed by ``Last-Event-ID`` (design decision 11)."""

    __tablename__ = "live_event"

    id: int | None = identity()
    kind: str = Field(max_length=40)
    audience: str = Field(default="", max_length=40)
    payload: dict[str, Any] = json_value(dict)
    at: datetime = moment(index=True)
