"""The audit trail, as the API speaks of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel


class AuditLine(BaseModel):
    """An entry; ``details`` holds ids and codes only."""

    id: int
    at: datetime
    staff_id: int | None
    staff: str
    action: str
    subject: str
    details: Mapping[str, object]


class AuditPage(BaseModel):
    """Newest first; ``older`` is where the next page begins."""

    lines: Sequence[AuditLine]
    older: int | None


class AuditPerson(BaseModel):
    """Whose deeds can be looked at."""

    id: int
    name: str


class AuditChecked(BaseModel):
    """What a check of the whole trail found; ``broken_id`` null: it is whole."""

    at: datetime
    entries: int
    last_id: int
    last_seal: str
    broken_id: int | None


class AuditStanding(BaseModel):
    """What the page begins with."""

    people: Sequence[AuditPerson]
    checked: AuditChecked | None
