"""What people do about the keeping of data: see terms and what was erased, try a round, and hold back what must stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.trail import record
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.keeping.kinds import KINDS, Kind, Terms, technical_terms
from core.keeping.model import ErasedCount, LegalHold
from core.keeping.nightly import NightlyErasure
from core.people.model import Applicant
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

SHOWN = timedelta(days=90)
HOLDS = 200
_HOLD_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('legal_hold'))")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermShown:
    """A kind with its term and what it rests on; ``days`` None: not erased by the program. ``last_at``: when it was looked at."""

    kind: str
    days: int | None
    basis: str
    decided: bool
    erased: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShown:
    """A hold in force and who placed it."""

    id: int
    applicant_id: int | None
    appeal_id: int | None
    number: str
    reason: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingShown:
    """The terms, what was erased on which day (newest first, without zeroes), and what is held back."""

    terms: Sequence[TermShown]
    days: Sequence[ErasedCount]
    holds: Sequence[HoldShown]


class KeepingDesk:
    """Use cases of the terms of keeping."""

    def __init__(self, *, transactions: Transactions, clock: Clock, terms: Terms) -> None:
        self._transactions = transactions
        self._clock = clock
        self._terms = terms
        self.nightly = NightlyErasure(transactions=transactions, clock=clock, terms=terms)

    async def overview(self, asker: Asker) -> KeepingShown:
        """The terms and the report of the last 90 days. Raises NotAllowed."""
        asker.must(Ability.READ_KEEPING)
        async with self._transactions.begin() as tx:
            since = self._clock.today() - SHOWN
            wanted = select(ErasedCount).where(ErasedCount.day >= since).order_by(col(ErasedCount.day).desc(), ErasedCount.kind)
            counts = (await tx.exec(wanted)).all()
            return KeepingShown(terms=_terms(self._terms, counts), days=[one for one in counts if one.rows], holds=await _holds(tx))

    async def foresee(self, asker: Asker) -> Mapping[Kind, int]:
        """What the next night would erase. Raises NotAllowed."""
        asker.must(Ability.READ_KEEPING)
        return await self.nightly.foresee()

    async def hold(self, asker: Asker, reason: str, *, applicant_id: int | None = None, appeal_id: int | None = None) -> None:
        """Let nothing of a person or of a card be erased. Raises NotAllowed, NotFound, Invalid, Conflict (held already)."""
        asker.must(Ability.HOLD_BACK)
        if not reason.strip():
            raise Invalid("a hold needs its reason", fields={"reason": "required"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await tx.execute(_HOLD_LOCK)
            if (await tx.get(Applicant, applicant_id) if applicant_id else await tx.get(Appeal, appeal_id)) is None:
                raise NotFound("nothing to hold")
            wanted = select(LegalHold).where(
                LegalHold.applicant_id == applicant_id, LegalHold.appeal_id == appeal_id, col(LegalHold.lifted_at).is_(None)
            )
            if (await tx.exec(wanted)).first() is not None:
                raise Conflict("it is held already")
            tx.add(
                LegalHold(
                    applicant_id=applicant_id, appeal_id=appeal_id, reason=reason.strip(), placed_by_id=asker.id, placed_at=now
                )
            )
            subject = f"applicant:{applicant_id}" if applicant_id else f"appeal:{appeal_id}"
            if applicant_id:
                await end_draft(tx, asker.id, DraftKind.HOLD, applicant_id, now)
            await record(tx, now, "hold.placed", subject, staff_id=asker.id)

    async def lift(self, asker: Asker, hold_id: int) -> None:
        """End a hold. Raises NotAllowed, NotFound."""
        asker.must(Ability.HOLD_BACK)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            held = await tx.get(LegalHold, hold_id, with_for_update=True)
            if held is None or held.lifted_at is not None:
                raise NotFound("no such hold")
            held.lifted_at, held.lifted_by_id = now, asker.id
            subject = f"applicant:{held.applicant_id}" if held.applicant_id else f"appeal:{held.appeal_id}"
            await record(tx, now, "hold.lifted", subject, staff_id=asker.id, hold=hold_id)


def _terms(terms: Terms, counts: Sequence[ErasedCount]) -> list[TermShown]:
    sums: dict[str, int] = {}
    last: dict[str, datetime] = {}
    for one in counts:
        sums[one.kind] = sums.get(one.kind, 0) + one.rows
        last[one.kind] = max(one.at, last.get(one.kind, one.at))
    named = [(kind.value, terms.days(kind), KINDS[kind].basis.value, terms.is_decided(kind)) for kind in Kind]
    named += [(kind.value, max(1, kept.days), "technical", False) for kind, kept in technical_terms().items()]
    return [
        TermShown(kind=kind, days=days, basis=basis, decided=decided, erased=sums.get(kind, 0), last_at=last.get(kind))
        for kind, days, basis, decided in named
    ]


async def _holds(tx: AsyncSession) -> list[HoldShown]:
    wanted = (
        select(LegalHold, Appeal.registration_number, StaffMember.full_name)
        .join(Appeal, col(Appeal.id) == LegalHold.appeal_id, isouter=True)
        .join(StaffMember, col(StaffMember.id) == LegalHold.placed_by_id, isouter=True)
        .where(col(LegalHold.lifted_at).is_(None))
        .order_by(col(LegalHold.id).desc())
        .limit(HOLDS)
    )
    return [
        HoldShown(
            id=held.id or 0,
            applicant_id=held.applicant_id,
            appeal_id=held.appeal_id,
            number=number or "",
            reason=held.reason,
            placed_by=name or "",
            placed_at=held.placed_at,
        )
        for held, number, name in (await tx.exec(wanted)).all()
    ]
