"""Messages left for the centre and their review by operators (reg. 2.4.2, 2.6)."""

from collections.abc import Sequence

from sqlmodel import col, select

from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import LeftMessage
from core.errors import Conflict, NotFound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

LISTED = 200


class LeftMessages:
    """The work list of messages left."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker, *, only_open: bool = True) -> Sequence[LeftMessage]:
        """The open ones oldest first, or all newest first; at most 200."""
        asker.must(Ability.READ_INBOX)
        wanted = select(LeftMessage).limit(LISTED)
        if only_open:
            wanted = wanted.where(col(LeftMessage.reviewed_at).is_(None)).order_by(col(LeftMessage.id))
        else:
            wanted = wanted.order_by(col(LeftMessage.id).desc())
        async with self._transactions.begin() as tx:
            return (await tx.exec(wanted)).all()

    async def review(self, asker: Asker, left_id: int) -> None:
        """Note that the message was dealt with; raises Conflict with who did it first, NotFound, NotAllowed."""
        asker.must(Ability.REVIEW_LEFT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            left = await tx.get(LeftMessage, left_id, with_for_update=True)
            if left is None:
                raise NotFound()
            if left.reviewed_by == asker.id:
                return
            if left.reviewed_at is not None:
                other = await tx.get(StaffMember, left.reviewed_by) if left.reviewed_by else None
                raise Conflict("reviewed already", operator=other.full_name if other else "")
            left.reviewed_at, left.reviewed_by = now, asker.id
            await record(tx, now, "left_message.reviewed", f"left_message:{left_id}", staff_id=asker.id)
