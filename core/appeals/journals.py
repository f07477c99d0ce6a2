"""The journal of refusals (2.8.4) and the filters that the staff keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from core.appeals.model import Refusal, SavedFilter
from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from core.staff.model import StaffMember
from core.vocabulary import DeclineReason
from db.transactions import Transactions

PAGE = 50
FILTERS = 30
"""Filters that one person may keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line of the journal; without ``decided_by`` the bot refused by rule."""

    id: int
    reason: DeclineReason
    text: str
    decided_by: str
    conversation_id: int | None
    refused_at: datetime


class RefusalJournal:
    """Who was refused and why: read by the head and by auditors only, and each reading is audited."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def page(self, asker: Asker, *, reason: str = "", before: int | None = None, limit: int = PAGE) -> list[Refused]:
        """Lines of the journal, newest first, older than ``before``; raises NotAllowed."""
        asker.must(Ability.READ_REFUSALS)
        wanted = (
            select(Refusal, StaffMember.full_name)
            .join(StaffMember, col(StaffMember.id) == Refusal.staff_id, isouter=True)
            .order_by(col(Refusal.id).desc())
            .limit(limit)
        )
        if reason:
            wanted = wanted.where(Refusal.reason == reason)
        if before is not None:
            wanted = wanted.where(col(Refusal.id) < before)
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted)).all()
            await record(tx, self._clock.now(), "refusals.read", "refusals", staff_id=asker.id, lines=len(found))
            return [_refused(line, name) for line, name in found]


class FilterDesk:
    """Filters of the list of appeals by name, one's own and those that colleagues share."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker) -> Sequence[SavedFilter]:
        """Those that the asker sees, by name."""
        asker.must(Ability.READ_INBOX)
        mine = select(SavedFilter).where(or_(SavedFilter.staff_id == asker.id, col(SavedFilter.shared)))
        async with self._transactions.begin() as tx:
            return (await tx.exec(mine.order_by(col(SavedFilter.name), col(SavedFilter.id)))).all()

    async def save(self, asker: Asker, name: str, query: Mapping[str, Any], *, shared: bool) -> SavedFilter:
        """Keep a filter; the same name is written over. Raises Invalid (fields: name), NotAllowed to share for an operator."""
        asker.must(Ability.READ_INBOX)
        name = clean_line(name, 80)
        if not name:
            raise Invalid("a filter without a name", fields={"name": "missing"})
        if shared:
            asker.must(Ability.ASSIGN)
        async with self._transactions.begin() as tx:
            mine = (await tx.exec(select(SavedFilter).where(SavedFilter.staff_id == asker.id).with_for_update())).all()
            kept = next((one for one in mine if one.name == name), None)
            if kept is None:
                if len(mine) >= FILTERS:
                    raise Invalid("too many filters", fields={"name": "too_many"})
                kept = SavedFilter(staff_id=asker.id, name=name, saved_at=self._clock.now())
            kept.query, kept.shared, kept.saved_at = dict(query), shared, self._clock.now()
            tx.add(kept)
            await tx.flush()
            return kept

    async def drop(self, asker: Asker, filter_id: int) -> None:
        """Forget one's own filter; raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            kept = await tx.get(SavedFilter, filter_id)
            if kept is None or kept.staff_id != asker.id:
                raise NotFound("no such filter")
            await tx.delete(kept)


def _refused(line: Refusal, name: str | None) -> Refused:
    return Refused(
        id=line.id or 0,
        reason=DeclineReason(line.reason),
        text=line.text,
        decided_by=name or "",
        conversation_id=line.conversation_id,
        refused_at=line.refused_at,
    )
