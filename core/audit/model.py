"""The audit trail: append-only, each entry sealed by the hash of the one before it (reg. 2.10)."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class AuditEntry(SQLModel, table=True):
    """Who did what to which object; ``details`` holds ids and codes, never a citizen's words."""

    __tablename__ = "audit_entry"

    id: int | None = identity()
    at: datetime = moment()
    staff_id: int | None = reference("staff_member.id", nullable=True)
    action: str = Field(max_length=64)
    subject: str = Field(max_length=64)
    details: dict[str, Any] = json_value(dict)
    seal: str = Field(max_length=64)


class LiveEvent(SQLModel, table=True):
    """What changed, for the screens: replayed by ``Last-Event-ID`` (design decision 11)."""

    __tablename__ = "live_event"

    id: int | None = identity()
    kind: str = Field(max_length=40)
    audience: str = Field(default="", max_length=40)
    payload: dict[str, Any] = json_value(dict)
    at: datetime = moment(index=True)
