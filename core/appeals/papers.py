"""What lies on a card besides its own words: its requests, replies and calls, as far as they decide what to do next."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.next_step import CallFact, Papers, ReplyFact, RequestFact
from core.appeals.workflow import locked_appeal
from core.calls.closing import can_be_called, missing_of, offer_closing_call
from core.calls.model import CallTask, Satisfaction
from core.clock import Clock
from core.errors import NotFound
from core.replies.leaving import closing_calls
from core.replies.model import Reply
from core.requests.model import InformationRequest
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import AppealStatus, CallPurpose, ReplyKind, ReplyState, RequestStatus
from db.transactions import Transactions


class CasePapers:
    """Looks through the papers of a card."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def of_appeal(self, asker: Asker, appeal_id: int) -> Papers:
        """What decides about the main step; raises NotFound, NotAllowed.

        A telephone that became known after the reply is offered for the closing call at once: the call is put on the list here, as
        the timetable would do it a little later.
        """
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            appeal = await tx.get(Appeal, appeal_id)
            if appeal is None:
                raise NotFound("no such appeal")
            requests = select(InformationRequest).where(InformationRequest.appeal_id == appeal_id)
            replies = select(Reply).where(Reply.appeal_id == appeal_id, Reply.state != ReplyState.DROPPED)
            calls = select(CallTask).where(CallTask.appeal_id == appeal_id, CallTask.state == "open")
            replied = appeal.status == AppealStatus.REPLIED
            if replied and not await closing_calls(tx, appeal) and await can_be_called(tx, appeal):
                await offer_closing_call(tx, await locked_appeal(tx, appeal_id), self._clock.now())
            return Papers(
                requests=[
                    RequestFact(id=one.id or 0, status=RequestStatus(one.status))
                    for one in (await tx.exec(requests.order_by(col(InformationRequest.id)))).all()
                ],
                replies=[
                    ReplyFact(id=one.id or 0, kind=ReplyKind(one.kind), state=ReplyState(one.state))
                    for one in (await tx.exec(replies.order_by(col(Reply.id)))).all()
                ],
                calls=[
                    CallFact(id=one.id or 0, purpose=CallPurpose(one.purpose))
                    for one in (await tx.exec(calls.order_by(col(CallTask.id)))).all()
                ],
                is_closable=replied and not await missing_of(tx, appeal),
                has_phone=await can_be_called(tx, appeal),
                is_asked=replied and await _is_asked(tx, appeal),
            )


async def _is_asked(tx: AsyncSession, appeal: Appeal) -> bool:
    asked = select(Satisfaction.id).where(Satisfaction.appeal_id == appeal.id, col(Satisfaction.answered_at).is_(None))
    return (await tx.exec(asked.where(col(Satisfaction.asked_at) >= appeal.replied_at))).first() is not None
