"""What a reply does to its card: when it leaves, and when it turns out that it did not arrive (reg. 2.8.8-2.8.11)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import MOVES, OPEN, WORKED, Move, make_move
from core.calls.dropping import drop_calls
from core.calls.model import CallTask
from core.replies.addresses import addresses_of, next_form, phone_of
from core.replies.model import Reply
from core.requests.states import status_by_requests
from core.table import insert_row
from core.tasks.raising import finish_tasks, raise_task
from core.vocabulary import AppealStatus, CallPurpose, ReplyKind, ReplyState, TaskKind

MOVE_OF = {ReplyKind.FINAL: Move.REPLY, ReplyKind.INTERIM: Move.INTERIM, ReplyKind.CLARIFICATION: Move.CLARIFY}
"""Other kinds are notices: they leave the card where it is."""
ENDED_BY = {
    ReplyKind.FINAL: (TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED, TaskKind.MEMO_RECEIVED),
    ReplyKind.INTERIM: (TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED, TaskKind.DEPARTMENT_CANNOT),
}
LEFT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED)
WAITING = (ReplyState.CALLING, ReplyState.TO_PRINT)
"""Somebody has yet to read it out or to post it."""
_OVERTAKEN = (
    select(Reply)
    .where(
        Reply.appeal_id == bindparam("appeal"),
        Reply.id != bindparam("reply"),
        col(Reply.kind).in_(list(MOVE_OF)),
        col(Reply.state).in_((*WAITING, ReplyState.DRAFT, ReplyState.FAILED)),
    )
    .with_for_update()
)


async def leave(
    tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime, *, staff_id: int | None, call_on: date, closes: bool = True
) -> None:
    """The reply is on its way: the card moves, the alarms that it answers end.

    A final reply opens the closing call for ``call_on``, unless ``closes`` is false: the call that read it out was that call.
    """
    kind = ReplyKind(reply.kind)
    move = MOVE_OF.get(kind, Move.NOTICE)
    if kind is ReplyKind.CLARIFICATION and appeal.status not in MOVES[move].after:
        move = Move.NOTICE  # another question was asked meanwhile: the card waits already
    if kind is ReplyKind.FINAL:
        appeal.replied_at = now
        await _drop_overtaken(tx, appeal, reply, now, staff_id)
    if kind is ReplyKind.INTERIM and reply.expected_on is not None:
        appeal.promised_on = appeal.answer_by = reply.expected_on
    details = {"reply_id": reply.id, "form": reply.form, "expected_on": reply.expected_on.isoformat() if reply.expected_on else ""}
    await make_move(tx, appeal, move, now, staff_id=staff_id, note=reply.reasons, details=details, also=(reply,))
    ended = ENDED_BY.get(kind)
    await finish_tasks(tx, now, reply_id=reply.id, appeal_id=appeal.id if ended else None, kinds=ended, staff_id=staff_id)
    if kind is ReplyKind.FINAL and closes:
        await open_closing_call(tx, appeal, now, call_on)


async def open_closing_call(tx: AsyncSession, appeal: Appeal, now: datetime, due_on: date) -> None:
    """Put the closing call on the list (2.8.11), or ask for the applicant's word where no telephone is known."""
    phone = await phone_of(tx, appeal)
    if phone:
        call = CallTask(appeal_id=appeal.id or 0, purpose=CallPurpose.CLOSING, phone=phone, due_on=due_on, opened_at=now)
        await insert_row(tx, call)
        return
    key = f"confirm:{appeal.id}:{appeal.reopened}"
    await raise_task(tx, TaskKind.CLOSING_DUE, now, key=key, appeal_id=appeal.id, due_on=due_on, reason="no_phone")


async def closing_calls(tx: AsyncSession, appeal: Appeal) -> Sequence[CallTask]:
    """The closing calls of the newest reply."""
    calls = select(CallTask).where(CallTask.appeal_id == appeal.id, CallTask.purpose == CallPurpose.CLOSING)
    if appeal.replied_at is not None:
        calls = calls.where(col(CallTask.opened_at) >= appeal.replied_at)
    return (await tx.exec(calls)).all()


async def fail(tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime, error: str) -> None:
    """The reply did not arrive: its card goes back, and the operator is offered the next form."""
    reply.state, reply.error = ReplyState.FAILED, error[:300]
    reply.tried = sorted({*reply.tried, reply.form})
    reply.version += 1
    to = await _take_back(tx, appeal, reply, now)
    if to is not None:
        details = {"reply_id": reply.id, "form": reply.form}
        await make_move(tx, appeal, Move.REPLY_FAILED, now, note=error[:300], to=to, details=details, also=(reply,))
    offered = next_form(await addresses_of(tx, appeal), appeal.reply_form, reply.tried)
    await raise_task(
        tx,
        TaskKind.DELIVERY_FAILED,
        now,
        key=f"reply-failed:{reply.id}:{reply.version}",
        appeal_id=appeal.id,
        reply_id=reply.id,
        assignee_id=appeal.assignee_id,
        form=reply.form,
        next_form=offered.value if offered else "",
    )
    reply.sent_at = None


async def _take_back(tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime) -> AppealStatus | None:
    """Undo what the reply did to its card when it left, and say where the card stands then; None when it rests on other words."""
    kind, status = ReplyKind(reply.kind), AppealStatus(appeal.status)
    if reply.sent_at is None:
        return None
    if kind is ReplyKind.FINAL and status is AppealStatus.REPLIED and appeal.replied_at == reply.sent_at:
        appeal.replied_at = None
        await drop_calls(tx, appeal.id or 0, now, purpose=CallPurpose.CLOSING)
        return await _status_without(tx, appeal)
    if kind is ReplyKind.INTERIM and status in OPEN:
        await _take_promise_back(tx, appeal, reply)
        return status
    if kind is ReplyKind.CLARIFICATION and status is AppealStatus.CLARIFYING and not await _is_asked(tx, appeal, reply):
        return await _status_without(tx, appeal)
    return None


async def _status_without(tx: AsyncSession, appeal: Appeal) -> AppealStatus:
    """Where the card stands without its reply: departments may have answered meanwhile."""
    before = AppealStatus(appeal.status_before or AppealStatus.REGISTERED)
    stays = before in OPEN - WORKED and before != appeal.status
    return before if stays else await status_by_requests(tx, appeal.id or 0)


async def _is_asked(tx: AsyncSession, appeal: Appeal, reply: Reply) -> bool:
    """Whether another question to the applicant has left later."""
    others = select(Reply.id).where(
        Reply.appeal_id == appeal.id,
        Reply.kind == ReplyKind.CLARIFICATION,
        Reply.id != reply.id,
        col(Reply.state).in_(LEFT),
        col(Reply.sent_at) >= reply.sent_at,
    )
    return (await tx.exec(others)).first() is not None


async def _drop_overtaken(tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime, staff_id: int | None) -> None:
    """The final reply leaves nothing to say before it: what waits for a call, the post or another try need not leave any more."""
    with tx.no_autoflush:  # what is written of this reply and its card goes with the move
        found = (await tx.exec(_OVERTAKEN, params={"appeal": appeal.id, "reply": reply.id})).all()
    for other in found:
        await finish_tasks(tx, now, reply_id=other.id, staff_id=staff_id)
        if other.state in WAITING or other.kind == ReplyKind.INTERIM:
            await drop_calls(tx, appeal.id or 0, now, reply_id=other.id)
            other.state = ReplyState.DROPPED
            other.version += 1


async def _take_promise_back(tx: AsyncSession, appeal: Appeal, reply: Reply) -> None:
    """A promise that did not arrive binds nobody: the day before it counts again."""
    others = select(Reply).where(
        Reply.appeal_id == appeal.id,
        Reply.kind == ReplyKind.INTERIM,
        Reply.id != reply.id,
        col(Reply.state).in_(LEFT),
        col(Reply.expected_on) > appeal.due_on,
    )
    other = (await tx.exec(others.order_by(col(Reply.id).desc()))).first()
    appeal.promised_on = other.expected_on if other else None
    appeal.answer_by = appeal.promised_on or appeal.due_on
