"""The audit trail's pen: each entry is sealed with the hash of the one before it, so a removed or changed row shows."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.model import AuditEntry

AUDIT_LOCK = 0x61756469
"""Advisory lock that serialises the chain: entries are sealed one after another."""


def seal(previous: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous seal and everything that the entry says."""
    said = json.dumps([previous, entry.at.isoformat(), entry.staff_id, entry.action, entry.subject, entry.details], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


async def record(
    tx: AsyncSession, at: datetime, action: str, subject: str, *, staff_id: int | None = None, **details: object
) -> None:
    """Append one entry in the transaction of the deed. ``details`` holds ids and codes only."""
    connection = await tx.connection()
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": AUDIT_LOCK})
    last = (await tx.exec(select(AuditEntry.seal).order_by(AuditEntry.id.desc()).limit(1))).first()  # type: ignore[union-attr]  # a column
    entry = AuditEntry(at=at, staff_id=staff_id, action=action, subject=subject, details=details, seal="")
    entry.seal = seal(last or "", entry)
    tx.add(entry)
    await tx.flush()


def first_broken(entries: Iterable[AuditEntry]) -> int | None:
    """The id of the first entry whose seal does not fit; None when the chain (from its beginning) is whole."""
    previous = ""
    for entry in entries:
        if entry.seal != seal(previous, entry):
            return entry.id
        previous = entry.seal
    return None
