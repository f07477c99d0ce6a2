"""The audit trail's pen: each entry is sealed with the hash of the one before it, so a removed or changed row shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.ending import seal_last
from core.audit.model import AuditEntry


def seal(previous: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous seal and everything that the entry says."""
    said = _said(entry.at, entry.staff_id, entry.action, entry.subject, entry.details)
    return hashlib.sha256(f'["{previous}", {said}'.encode()).hexdigest()


async def record(
    tx: AsyncSession, at: datetime, action: str, subject: str, *, staff_id: int | None = None, **details: object
) -> None:
    """Append one entry in the transaction of the deed, just before it commits. ``details`` holds ids and codes only."""
    said = _said(at, staff_id, action, subject, details)
    told = {"at": at.isoformat(), "staff_id": staff_id, "action": action, "subject": subject}
    seal_last(tx, {**told, "details": details, "said": said})


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """The id of the first entry whose seal does not fit; None when the chain (from its beginning) is whole."""
    broken, _ = follow(entries, "")
    return broken


def follow(entries: Iterable[AuditEntry], previous: str) -> tuple[int | None, str]:
    """The first of a stretch of the chain whose seal does not fit, or None; and the seal of the last that does."""
    for entry in entries:
        if entry.seal != seal(previous, entry):
            return entry.id, previous
        previous = entry.seal
    return None, previous


def _said(at: datetime, staff_id: int | None, action: str, subject: str, details: Mapping[str, object]) -> str:
    """What is sealed after the previous seal: the rest of one JSON list."""
    return json.dumps([at.isoformat(), staff_id, action, subject, details], sort_keys=True)[1:]
