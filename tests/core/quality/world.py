"""A contact centre whose work is reviewed: calls that were talked, conversations that were written, sheets filled in."""

from datetime import timedelta
from typing import Any

from core.conversations.model import Conversation, Message
from core.phone.model import Recording
from core.phone.vocabulary import LegKind, LegState
from core.quality.model import QualityItem, QualityReview
from core.quality.reviewing import SheetForm
from core.quality.sheet import sheets
from core.quality.vocabulary import ItemKind
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.phone.world import Phone
from tests.inbox.world import Centre

LINES = sheets()["2026-1"]


def marks_of(kind: ItemKind, **others: str) -> dict[str, str]:
    """A whole sheet: everything met, unless said otherwise."""
    return {line.key: "yes" for line in LINES.lines(kind)} | others


class Work:
    """Short ways to what is reviewed and to the reviews."""

    def __init__(self, transactions: Transactions, clock: MovableClock, centre: Centre | None = None) -> None:
        self.transactions, self.clock = transactions, clock
        self.centre = centre or Centre(transactions, clock)
        self.phone = Phone(transactions, clock, self.centre)
        self.desk = self.centre.quality
        self._sids = iter(range(1, 1_000_000))

    async def a_person(self, role: Role = Role.OPERATOR, *, weeks: int = 60, name: str = "") -> Asker:
        """A member of staff who has been here so many weeks."""
        asker = (await self.centre.a_member(role, full_name=name)).asker
        async with self.transactions.begin() as tx:
            (await tx.get_one(StaffMember, asker.id)).created_at = self.clock.now() - timedelta(weeks=weeks)
        return asker

    async def a_call(self, operator: Asker, *, seconds: int = 60, transcript: str = "", kept: bool = True) -> int:
        """A call that the operator talked in, ended now, with its recording."""
        sid = f"sid-{next(self._sids)}"
        number = await self.phone.a_call(sid)
        key = f"leg-{sid}"
        await self.phone.dial(key, LegKind.OPERATOR, sid=sid, staff_id=operator.id)
        await self.phone.move(key, LegState.ANSWERED, sid=sid)
        await self.phone.end(sid=sid, seconds=seconds)
        if kept:
            async with self.transactions.begin() as tx:
                tx.add(
                    Recording(
                        key=sid,
                        call_id=number,
                        call_sid=sid,
                        kind="call",
                        state="packed",
                        seconds=float(seconds),
                        peaks=[20, 80, 40, 60] * 20,
                        transcript=transcript,
                        started_at=self.clock.now(),
                    )
                )
        return number

    async def a_chat(self, *operators: Asker, words: str = "Когда приём?", closed: bool = True, waited: int = 30) -> int:
        """A conversation in Telegram that the operators answered, one after another, so many seconds after the citizen."""
        number = await self.centre.a_conversation(mode="closed" if closed else "operator", words=words)
        now = self.clock.now()
        async with self.transactions.begin() as tx:
            for at, operator in enumerate(operators, start=1):
                answered = now + timedelta(seconds=waited * at)
                tx.add(
                    Message(
                        conversation_id=number,
                        author="operator",
                        staff_id=operator.id,
                        text="Приём по средам.",
                        created_at=answered,
                    )
                )
            (await tx.get_one(Conversation, number)).closed_at = now + timedelta(hours=1) if closed else None
        return number

    async def an_item(self, head: Asker, operator: Asker, *, two: bool = False) -> int:
        """A call of the operator, added by hand."""
        (item,) = await self.desk.sampling.add(head, ItemKind.CALL, await self.a_call(operator))
        if two:
            await self.desk.sampling.want_two(head, item, two=True)
        return item

    async def a_review(self, reviewer: Asker, item_id: int, **others: str) -> int:
        """A finished sheet: everything met, unless said otherwise."""
        review = await self.desk.reviews.start(reviewer, item_id)
        kind = ItemKind((await self.item(item_id)).kind)
        form = SheetForm(marks=marks_of(kind, **others), summary="", version=review.version)
        await self.desk.reviews.submit(reviewer, review.id or 0, form)
        return review.id or 0

    async def item(self, item_id: int) -> QualityItem:
        async with self.transactions.begin() as tx:
            return await tx.get_one(QualityItem, item_id)

    async def review(self, review_id: int) -> QualityReview:
        async with self.transactions.begin() as tx:
            return await tx.get_one(QualityReview, review_id)

    async def rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        return await self.centre.rows(model, *conditions)
