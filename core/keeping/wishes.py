"""The two steps of an erasure: one member of staff writes the citizen's wish down, another carries it out (152-FZ, art. 21)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.audit.trail import record
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.keeping.erasing import Judgement, erase, judge
from core.keeping.model import ErasureWish
from core.people.model import Applicant
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions


class NotErasable(Conflict):
    """Something stands against the erasure now; ``obstacles`` names what."""

    code = "not_erasable"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishShown:
    """A wish that waits for the second person; ``is_own``: the asker wrote it down, so another must carry it out."""

    id: int
    reason: str
    wished_by: str
    wished_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureShown:
    """What an erasure would do, the wish that waits, and when the last one was done."""

    judgement: Judgement
    wish: WishShown | None
    erased_at: datetime | None


class ErasureDesk:
    """Use cases of a citizen's erasure."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def look(self, asker: Asker, applicant_id: int) -> ErasureShown:
        """What would go and what would stay. Raises NotAllowed, NotFound."""
        asker.must(Ability.COPY_CITIZEN)
        async with self._transactions.begin() as tx:
            await _person(tx, applicant_id)
            done = select(ErasureWish.done_at).where(
                ErasureWish.applicant_id == applicant_id, col(ErasureWish.done_at).is_not(None)
            )
            return ErasureShown(
                judgement=await judge(tx, applicant_id),
                wish=await _shown(tx, asker, applicant_id),
                erased_at=(await tx.exec(done.order_by(col(ErasureWish.id).desc()).limit(1))).first(),
            )

    async def wish(self, asker: Asker, applicant_id: int, reason: str) -> None:
        """The first step: who asked for it and how. Raises NotAllowed, NotFound, Invalid, Conflict when one waits already."""
        asker.must(Ability.COPY_CITIZEN)
        if not reason.strip():
            raise Invalid("a wish needs its reason", fields={"reason": "required"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await _person(tx, applicant_id)
            if (await tx.exec(_waiting(applicant_id))).first() is not None:
                raise Conflict("a wish waits already")
            tx.add(ErasureWish(applicant_id=applicant_id, reason=reason.strip(), wished_by_id=asker.id, wished_at=now))
            await end_draft(tx, asker.id, DraftKind.ERASURE, applicant_id, now)
            await record(tx, now, "erasure.wished", f"applicant:{applicant_id}", staff_id=asker.id)

    async def withdraw(self, asker: Asker, applicant_id: int) -> None:
        """The wish was taken back. Raises NotAllowed, NotFound."""
        asker.must(Ability.COPY_CITIZEN)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await _person(tx, applicant_id)
            wish = (await tx.exec(_waiting(applicant_id))).first()
            if wish is None:
                raise NotFound("no wish waits")
            wish.withdrawn_at = now
            await record(tx, now, "erasure.withdrawn", f"applicant:{applicant_id}", staff_id=asker.id)

    async def carry_out(self, asker: Asker, applicant_id: int) -> Judgement:
        """The second step, by another person; gives what was done. Raises NotAllowed, NotFound, NotErasable."""
        asker.must(Ability.ERASE_CITIZEN)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await _person(tx, applicant_id)
            wish = (await tx.exec(_waiting(applicant_id))).first()
            if wish is None:
                raise NotFound("no wish waits")
            if wish.wished_by_id == asker.id:
                raise NotAllowed("another person carries it out")
            judged = await judge(tx, applicant_id)
            if judged.obstacles:
                raise NotErasable("something stands against it", obstacles=[one.value for one in judged.obstacles])
            await erase(tx, applicant_id)
            counts = {kind.value: count for kind, count in judged.goes.items()}
            wish.done_at, wish.done_by_id = now, asker.id
            wish.done = {"goes": counts, "stays": [[one.number, one.until.isoformat()] for one in judged.stays]}
            await record(
                tx, now, "citizen.erased", f"applicant:{applicant_id}", staff_id=asker.id, stays=len(judged.stays), **counts
            )
            return judged


async def _person(tx: AsyncSession, applicant_id: int) -> None:
    """The card, locked: one step at a time."""
    if await tx.get(Applicant, applicant_id, with_for_update=True) is None:
        raise NotFound("no such applicant")


def _waiting(applicant_id: int) -> SelectOfScalar[ErasureWish]:
    return select(ErasureWish).where(
        ErasureWish.applicant_id == applicant_id, col(ErasureWish.done_at).is_(None), col(ErasureWish.withdrawn_at).is_(None)
    )


async def _shown(tx: AsyncSession, asker: Asker, applicant_id: int) -> WishShown | None:
    wish = (await tx.exec(_waiting(applicant_id))).first()
    if wish is None:
        return None
    by = await tx.get(StaffMember, wish.wished_by_id)
    return WishShown(
        id=wish.id or 0,
        reason=wish.reason,
        wished_by=by.full_name if by else "",
        wished_at=wish.wished_at,
        is_own=wish.wished_by_id == asker.id,
    )
