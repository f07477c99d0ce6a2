"""Drafts of every long form: kept while somebody writes, given back to them alone, ended by the deed (WCAG 2.2.1, 2.2.6, 3.3.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.clock import Clock
from core.drafts.forms import FORMS, NEW, DraftKind, subject_of
from core.drafts.model import Draft
from core.errors import Conflict, NotFound
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.table import table_of
from db.transactions import Transactions


class DraftEnded(Conflict):
    """The form was sent or its draft thrown away since this window read it; ``facts`` has the version to begin anew from."""

    code = "draft_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a window saves: over the ``version`` of the draft that it knows, with the subject's version that it was filled from.

    ``settled``: its author has dealt with what another window had written.
    """

    text: str
    version: int
    writer: str
    seen: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft as its author sees it; ``text`` is empty and ``saved_at`` None when there is none."""

    text: str
    replaced: str
    version: int
    seen: int
    saved_at: datetime | None

    @classmethod
    def of(cls, row: Draft | None) -> Self:
        """The row as it is shown."""
        if row is None:
            return cls(text="", replaced="", version=0, seen=0, saved_at=None)
        saved_at = row.saved_at if row.text else None
        return cls(text=row.text, replaced=row.replaced, version=row.version, seen=row.seen, saved_at=saved_at)


class DraftDesk:
    """Use cases of drafts; nobody sees another's."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def read(self, asker: Asker, kind: DraftKind, subject_id: int) -> Kept:
        """One's own draft. Raises NotAllowed."""
        asker.must(FORMS[kind].ability)
        async with self._transactions.begin() as tx:
            return Kept.of((await tx.exec(_own(asker, kind, subject_id))).one_or_none())

    async def keep(self, asker: Asker, kind: DraftKind, subject_id: int, typed: Typed) -> Kept:
        """Save over what was saved before; an empty text is a draft that is not there.

        The last window that writes wins; what another one had written meanwhile is kept as ``replaced``.
        Raises DraftEnded, NotFound, NotAllowed.
        """
        asker.must(FORMS[kind].ability)
        text, now = clean_text(typed.text), self._clock.now()
        async with self._transactions.begin() as tx:
            await _must_exist(tx, kind, subject_id)
            row = await self._row(tx, asker, kind, subject_id, now)
            is_late = row.version > typed.version
            if is_late and not row.text:
                raise DraftEnded(version=row.version)
            if is_late and row.writer != typed.writer and row.text != text:
                row.replaced = row.text
            elif typed.settled:
                row.replaced = ""
            row.text, row.seen, row.writer, row.saved_at = text, typed.seen, clean_text(typed.writer), now
            row.version += 1
            await tx.flush()
            return Kept.of(row)

    async def drop(self, asker: Asker, kind: DraftKind, subject_id: int) -> Kept:
        """Throw the draft away; gives the version to begin anew from. Raises NotAllowed."""
        asker.must(FORMS[kind].ability)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            row = await self._row(tx, asker, kind, subject_id, now)
            row.text, row.replaced, row.saved_at = "", "", now
            row.version += 1
            return Kept.of(row)

    async def _row(self, tx: AsyncSession, asker: Asker, kind: DraftKind, subject_id: int, now: datetime) -> Draft:
        """The row, locked; made when it is the first save."""
        own = {"staff_id": asker.id, "kind": kind, "subject": subject_of(kind), "subject_id": subject_id}
        empty = {"text": "", "replaced": "", "version": 0, "seen": 0, "writer": "", "saved_at": now}
        await tx.execute(insert(table_of(Draft)).values(own | empty).on_conflict_do_nothing())
        return (await tx.exec(_own(asker, kind, subject_id).with_for_update())).one()


def _own(asker: Asker, kind: DraftKind, subject_id: int) -> SelectOfScalar[Draft]:
    own = select(Draft).where(col(Draft.staff_id) == asker.id, col(Draft.kind) == kind)
    return own.where(col(Draft.subject_id) == subject_id)


async def _must_exist(tx: AsyncSession, kind: DraftKind, subject_id: int) -> None:
    form = FORMS[kind]
    if form.makes_new and subject_id == NEW:
        return
    there = table_of(form.about).c.id
    if (await tx.execute(select(there).where(there == subject_id))).first() is None:
        raise NotFound()
