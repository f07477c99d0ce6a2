"""How far each member of staff came in the tour of the inbox; it is remembered on the account."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.errors import Invalid
from core.staff.asker import Asker
from core.training.model import Tour
from db.transactions import Transactions

OFFERED = "offered"
STATES = frozenset({OFFERED, "declined", "running", "finished"})
STEP_LIMIT = 40


class TourDesk:
    """Use cases of the tour; everybody has their own."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def of(self, asker: Asker) -> Tour:
        """Where the asker stands; a new account is offered it."""
        async with self._transactions.begin() as tx:
            return await tx.get(Tour, asker.id) or Tour(staff_id=asker.id, state=OFFERED, changed_at=self._clock.now())

    async def keep(self, asker: Asker, state: str, step: str) -> Tour:
        """Remember where the asker stands; raises Invalid (fields: state)."""
        if state not in STATES:
            raise Invalid("no such state of a tour", fields={"state": "unknown"})
        async with self._transactions.begin() as tx:
            kept = await self._mine(tx, asker)
            kept.state, kept.step, kept.changed_at = state, step[:STEP_LIMIT], self._clock.now()
            tx.add(kept)
            return kept

    async def _mine(self, tx: AsyncSession, asker: Asker) -> Tour:
        found = await tx.get(Tour, asker.id, with_for_update=True)
        return found or Tour(staff_id=asker.id, state=OFFERED, changed_at=self._clock.now())
