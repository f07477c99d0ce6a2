"""The auditor's desk: the trail page by page, its checks, its export (reg. 2.7, 2.10)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.audit.checking import check_trail, former_ends, kept, line_of
from core.audit.model import AuditCheck, AuditEntry
from core.audit.trail import record
from core.clock import Clock, end_of, midnight
from core.errors import Invalid
from core.logs import log
from core.plainly import harmless
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import TaskKind
from db.transactions import Transactions

PAGE = 100
EXPORTED = 50_000
"""Entries of one file; a longer stretch is exported in several."""
COLUMNS = ("id", "at", "staff_id", "staff", "action", "subject", "details", "seal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which entries: of a member of staff, of a kind of deed (``appeal.`` for ``appeal.*``), of days in Moscow, of an object.

    ``subject`` is one object (``appeal:12``) or a kind of them (``appeal``).
    """

    staff_id: int | None = None
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry with the name of who did it."""

    id: int
    at: datetime
    staff_id: int | None
    staff: str
    action: str
    subject: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Newest first; ``older`` is the id to go on below, None at the end."""

    lines: Sequence[Line]
    older: int | None


class AuditDesk:
    """What the head, the auditor and the administrator see of everybody's deeds."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def page(self, asker: Asker, looked: Looked, before: int | None = None) -> Page:
        """A page of the trail; raises NotAllowed, Invalid (fields: last)."""
        asker.must(Ability.READ_AUDIT)
        query = _found(looked)
        if before is not None:
            query = query.where(col(AuditEntry.id) < before)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(query.order_by(col(AuditEntry.id).desc()).limit(PAGE + 1))).all()
            names = await _names(tx, rows)
        lines = [_line(row, names) for row in rows[:PAGE]]
        return Page(lines=lines, older=lines[-1].id if len(rows) > PAGE else None)

    async def people(self, asker: Asker) -> Sequence[tuple[int, str]]:
        """Whose deeds can be looked at; raises NotAllowed."""
        asker.must(Ability.READ_AUDIT)
        async with self._transactions.begin() as tx:
            return [(one or 0, name) for one, name in (await tx.exec(_PEOPLE)).all()]

    async def last_check(self, asker: Asker) -> AuditCheck | None:
        """The newest check of the whole trail; raises NotAllowed."""
        asker.must(Ability.READ_AUDIT)
        async with self._transactions.begin() as tx:
            return (await tx.exec(_CHECKS)).first()

    async def check(self, asker: Asker | None) -> AuditCheck:
        """Check the whole trail now and keep what was found; by the timetable with ``asker`` None. Raises NotAllowed.

        A broken trail is a task of the head.
        """
        if asker is not None:
            asker.must(Ability.READ_AUDIT)
        async with self._transactions.begin() as tx:
            ends = await former_ends(tx)
        found = await check_trail(self._transactions, ends)
        now = self._clock.now()
        check = kept(found, now, asker.id if asker else None)
        async with self._transactions.begin() as tx:
            tx.add(check)
            if found.broken_id is not None:
                key = f"audit_broken:{found.broken_id}"
                await raise_task(
                    tx, TaskKind.AUDIT_BROKEN, now, key=key, for_role=HEAD, due_on=self._clock.today(), entry=found.broken_id
                )
        if found.broken_id is not None:
            log.error("audit.broken", entry=found.broken_id)
        else:
            log.info("audit.whole", entries=found.entries, last=found.last_id, seal=found.last_seal)
        return check

    async def export(self, asker: Asker, looked: Looked, form: str) -> bytes:
        """The found entries, oldest first: ``csv`` to read, ``jsonl`` to be checked by its own seals (``audit verify --file``).

        That it was exported is an entry itself. Raises NotAllowed, Invalid (fields: form, last; too many entries).
        """
        asker.must(Ability.READ_AUDIT)
        if form not in ("csv", "jsonl"):
            raise Invalid("no such form", fields={"form": "unknown"})
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(_found(looked).order_by(col(AuditEntry.id)).limit(EXPORTED + 1))).all()
            if len(rows) > EXPORTED:
                raise Invalid("too many entries", fields={"first": "too_many"})
            names = await _names(tx, rows)
            await record(tx, self._clock.now(), "audit.exported", "audit:trail", staff_id=asker.id, entries=len(rows), form=form)
        if form == "jsonl":
            return "".join(json.dumps(line_of(row), ensure_ascii=False) + "\n" for row in rows).encode()
        return _csv([_line(row, names) for row in rows], {row.id or 0: row.seal for row in rows})


_PEOPLE = select(StaffMember.id, StaffMember.full_name).order_by(StaffMember.full_name)
_CHECKS = select(AuditCheck).order_by(col(AuditCheck.id).desc()).limit(1)


def _found(looked: Looked) -> SelectOfScalar[AuditEntry]:
    if looked.first and looked.last and looked.last < looked.first:
        raise Invalid("ends before it begins", fields={"last": "before_first"})
    query = select(AuditEntry)
    if looked.staff_id is not None:
        query = query.where(AuditEntry.staff_id == looked.staff_id)
    if looked.action:
        query = query.where(col(AuditEntry.action).startswith(looked.action, autoescape=True))
    if looked.subject:
        one = col(AuditEntry.subject) == looked.subject
        kind = col(AuditEntry.subject).startswith(f"{looked.subject}:", autoescape=True)
        query = query.where(one if ":" in looked.subject else or_(one, kind))
    if looked.first:
        query = query.where(col(AuditEntry.at) >= midnight(looked.first))
    if looked.last:
        query = query.where(col(AuditEntry.at) < end_of(looked.last))
    return query


async def _names(tx: AsyncSession, rows: Sequence[AuditEntry]) -> Mapping[int, str]:
    ids = {row.staff_id for row in rows if row.staff_id is not None}
    found = (await tx.exec(select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(ids)))).all()
    return {one or 0: name for one, name in found}


def _line(row: AuditEntry, names: Mapping[int, str]) -> Line:
    return Line(
        id=row.id or 0,
        at=row.at,
        staff_id=row.staff_id,
        staff=names.get(row.staff_id or 0, ""),
        action=row.action,
        subject=row.subject,
        details=row.details,
    )


def _csv(lines: Sequence[Line], seals: Mapping[int, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        details = json.dumps(line.details, ensure_ascii=False, sort_keys=True)
        told = (line.id, line.at.isoformat(), line.staff_id or "", line.staff, line.action, line.subject, details, seals[line.id])
        writer.writerow([harmless(str(one)) for one in told])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
