"""What a reply does to its card: when it leaves, and when it turns out that it did not arrive (reg. 2.8.8-2.8.11)."""

from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import OPEN, Move, make_move
from core.calls.dropping import drop_calls
from core.calls.model import CallTask
from core.replies.addresses import addresses_of, next_form
from core.replies.model import Reply
from core.tasks.raising import finish_tasks, raise_task
from core.vocabulary import AppealStatus, CallPurpose, ReplyForm, ReplyKind, ReplyState, TaskKind

MOVE_OF = {ReplyKind.FINAL: Move.REPLY, ReplyKind.INTERIM: Move.INTERIM, ReplyKind.CLARIFICATION: Move.CLARIFY}
"""Other kinds are notices: they leave the card where it is."""
ENDED_BY = {
    ReplyKind.FINAL: (TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED, TaskKind.MEMO_RECEIVED),
    ReplyKind.INTERIM: (TaskKind.DUE_SOON, TaskKind.OVERDUE, TaskKind.INTERIM_NEEDED, TaskKind.DEPARTMENT_CANNOT),
}
LEFT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED)


async def leave(
    tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime, *, staff_id: int | None, call_on: date, closes: bool = True
) -> None:
    """The reply is on its way: the card moves, the alarms that it answers end.

    A final reply opens the closing call for ``call_on``, unless ``closes`` is false: the call that read it out was that call.
    """
    kind = ReplyKind(reply.kind)
    move = MOVE_OF.get(kind, Move.NOTICE)
    if kind is ReplyKind.FINAL:
        appeal.replied_at = now
    if kind is ReplyKind.INTERIM and reply.expected_on is not None:
        appeal.promised_on = appeal.answer_by = reply.expected_on
    details = {"reply_id": reply.id, "form": reply.form, "expected_on": reply.expected_on.isoformat() if reply.expected_on else ""}
    await make_move(tx, appeal, move, now, staff_id=staff_id, note=reply.reasons, details=details)
    await finish_tasks(tx, now, reply_id=reply.id, staff_id=staff_id)
    if ended := ENDED_BY.get(kind):
        await finish_tasks(tx, now, appeal_id=appeal.id, kinds=ended, staff_id=staff_id)
    if kind is ReplyKind.FINAL and closes:
        await open_closing_call(tx, appeal, now, call_on)


async def open_closing_call(tx: AsyncSession, appeal: Appeal, now: datetime, due_on: date) -> None:
    """Put the closing call on the list (2.8.11), or ask for the applicant's word where no telephone is known."""
    phone = (await addresses_of(tx, appeal)).get(ReplyForm.PHONE, "")
    if phone:
        tx.add(CallTask(appeal_id=appeal.id or 0, purpose=CallPurpose.CLOSING, phone=phone, due_on=due_on, opened_at=now))
        await tx.flush()
        return
    key = f"confirm:{appeal.id}:{appeal.reopened}"
    await raise_task(tx, TaskKind.CLOSING_DUE, now, key=key, appeal_id=appeal.id, due_on=due_on, reason="no_phone")


async def fail(tx: AsyncSession, appeal: Appeal, reply: Reply, now: datetime, error: str) -> None:
    """The reply did not arrive: its card goes back, and the operator is offered the next form."""
    reply.state, reply.error = ReplyState.FAILED, error[:300]
    reply.tried = sorted({*reply.tried, reply.form})
    reply.version += 1
    had_left = reply.sent_at is not None
    if had_left and reply.kind == ReplyKind.FINAL and appeal.status == AppealStatus.REPLIED:
        appeal.replied_at = None
        await drop_calls(tx, appeal.id or 0, now)
        to = AppealStatus(appeal.status_before or AppealStatus.REGISTERED)
        details = {"reply_id": reply.id, "form": reply.form}
        await make_move(tx, appeal, Move.REPLY_FAILED, now, note=error[:300], to=to, details=details)
    if had_left and reply.kind == ReplyKind.INTERIM and AppealStatus(appeal.status) in OPEN:
        await _take_promise_back(tx, appeal, reply)
        details = {"reply_id": reply.id, "form": reply.form}
        to = AppealStatus(appeal.status)
        await make_move(tx, appeal, Move.REPLY_FAILED, now, note=error[:300], to=to, details=details)
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
