"""Checking the whole trail against its seals, and an exported file of it against its own (reg. 2.10)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.model import AuditCheck, AuditEntry
from core.audit.trail import follow
from core.errors import Invalid
from db.transactions import Transactions

BATCH = 5_000
"""Entries that are held in memory at once."""
_SEALED_AS = text("SELECT seal FROM audit_entry WHERE id = :id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How far the trail was followed, and the first entry that does not fit; ``broken_id`` None: it is whole.

    An entry that a former check saw, and that is gone or sealed otherwise, is broken too: the tail was cut off or written anew.
    """

    entries: int
    last_id: int
    last_seal: str
    broken_id: int | None


async def check_trail(transactions: Transactions, noted: Iterable[tuple[int, str]] = (), *, batch: int = BATCH) -> Checked:
    """Follow the trail from its beginning, a batch a transaction. ``noted``: entries and their seals as they were seen before."""
    previous, last_id, count = "", 0, 0
    broken: int | None = None
    while broken is None:
        async with transactions.begin() as tx:
            rows = (await tx.exec(_batch(last_id, batch))).all()
        broken, previous = follow(rows, previous)
        if not rows:
            break
        fitting = [row for row in rows if broken is None or (row.id or 0) < broken]
        count, last_id = count + len(fitting), fitting[-1].id or 0 if fitting else last_id
    if broken is None:
        async with transactions.begin() as tx:
            broken = await _cut_off(tx, noted)
    return Checked(entries=count, last_id=last_id, last_seal=previous, broken_id=broken)


async def former_ends(tx: AsyncSession) -> list[tuple[int, str]]:
    """Where the trail ended at each whole check before."""
    whole = select(AuditCheck.last_id, AuditCheck.last_seal).where(col(AuditCheck.broken_id).is_(None), AuditCheck.last_id > 0)
    return list((await tx.exec(whole)).all())


def kept(checked: Checked, at: datetime, staff_id: int | None) -> AuditCheck:
    """The row that keeps what was found."""
    return AuditCheck(
        at=at,
        entries=checked.entries,
        last_id=checked.last_id,
        last_seal=checked.last_seal,
        broken_id=checked.broken_id,
        staff_id=staff_id,
    )


def line_of(entry: AuditEntry) -> dict[str, object]:
    """An entry as one line of an exported file: everything that its seal is counted over, and the seal."""
    told = {"id": entry.id, "at": entry.at.isoformat(), "staff_id": entry.staff_id, "action": entry.action}
    return {**told, "subject": entry.subject, "details": entry.details, "seal": entry.seal}


def check_file(lines: Iterable[str]) -> Checked:
    """Follow an exported file; it may begin anywhere in the trail, its first entry is then taken as it is.

    Raises Invalid for a line that is none of ours (facts: ``line``).
    """
    entries = [_entry(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not entries:
        return Checked(entries=0, last_id=0, last_seal="", broken_id=None)
    whole = follow(entries[:1], "")[0] is None
    broken, last = follow(entries, "") if whole else follow(entries[1:], entries[0].seal)
    ids = [entry.id or 0 for entry in entries]
    return Checked(entries=len(entries), last_id=ids[-1], last_seal=last, broken_id=broken)


def _entry(number: int, line: str) -> AuditEntry:
    try:
        told = json.loads(line)
        return AuditEntry(**{**told, "at": datetime.fromisoformat(told["at"])})
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid("no line of the audit", line=number) from error


def _batch(after: int, size: int):  # type: ignore[no-untyped-def]  # SQLModel names the type of a select by the number of its columns
    return select(AuditEntry).where(col(AuditEntry.id) > after).order_by(col(AuditEntry.id)).limit(size)


async def _cut_off(tx: AsyncSession, noted: Iterable[tuple[int, str]]) -> int | None:
    for entry_id, seal in noted:
        if (await tx.execute(_SEALED_AS, {"id": entry_id})).scalar() != seal:
            return entry_id
    return None
