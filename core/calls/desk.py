"""The operators' call list: whom to call, why, and how each attempt ended (reg. 2.8.8, 2.8.11)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import Move, locked_appeal, make_move
from core.calendar import CalendarOf
from core.calls.closing import note_satisfaction
from core.calls.model import CallAttempt, CallTask
from core.calls.reading import CallReading
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.people.desk import card_of
from core.replies.leaving import fail, leave
from core.replies.model import Reply
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.tasks.raising import raise_task
from core.vocabulary import CallOutcome, CallPurpose, ReplyState, TaskKind
from db.transactions import Transactions

TRIES = 5
"""Attempts after which a number counts as one where nobody answers."""
AGAIN_AFTER = {CallOutcome.BUSY: timedelta(minutes=15), CallOutcome.NO_ANSWER: timedelta(hours=2)}
SAME_PRESS = timedelta(seconds=10)
"""Nobody dials twice so fast: the same attempt within this time is a button that was pressed twice."""
GIVEN_UP = (CallOutcome.WRONG_NUMBER, CallOutcome.REFUSED)


class CallEnded(Conflict):
    """The call was made or dropped already."""

    code = "call_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt ended. ``confirmed``: the applicant says that the matter was carried out; ``score`` 1 to 5."""

    outcome: CallOutcome
    note: str = ""
    seconds: int | None = None
    again_at: datetime | None = None
    confirmed: bool | None = None
    score: int | None = None
    comment: str = ""


class CallDesk:
    """What operators do with calls."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of
        reading = CallReading(transactions=transactions)
        self.list, self.of_appeal = reading.list, reading.of_appeal

    async def log(self, asker: Asker, call_id: int, attempt: Attempt) -> CallTask:
        """Write an attempt down with its time, and go on from how it ended.

        Raises NotFound, CallEnded, Invalid (fields: score, again_at).
        """
        asker.must(Ability.WORK_CASE)
        _check(attempt, self._clock.now())
        async with self._transactions.begin() as tx:
            now = self._clock.now()
            appeal, call = await _locked(tx, call_id)
            await end_draft(tx, asker.id, DraftKind.CALL, call_id, now)
            if await _is_written(tx, asker, call, attempt, now):
                return call
            await _write(tx, asker, appeal, call, attempt, now)
            if attempt.outcome is CallOutcome.ANSWERED:
                await self._answered(tx, asker, appeal, call, attempt, now)
            elif attempt.outcome in GIVEN_UP or call.attempts >= TRIES:
                await _give_up(tx, appeal, call, attempt, now)
            else:
                wait = AGAIN_AFTER.get(attempt.outcome, timedelta(hours=2))
                call.not_before = attempt.again_at or now + wait
            return call

    async def _answered(
        self, tx: AsyncSession, asker: Asker, appeal: Appeal, call: CallTask, attempt: Attempt, now: datetime
    ) -> None:
        call.state, call.done_at = "done", now
        if call.purpose == CallPurpose.REPLY and call.reply_id is not None:
            reply = await tx.get_one(Reply, call.reply_id, with_for_update=True, populate_existing=True)
            reply.state, reply.sent_at = ReplyState.DELIVERED, now
            reply.version += 1
            calendar = await self._calendar_of(tx)
            tomorrow = calendar.next_working(self._clock.today())
            heard = attempt.confirmed is not None
            await leave(tx, appeal, reply, now, staff_id=asker.id, call_on=tomorrow, closes=not heard)
        if attempt.confirmed is not None or attempt.score is not None:
            comment = clean_text(attempt.comment).strip()
            await note_satisfaction(tx, appeal, now, came_by="call", solved=attempt.confirmed, score=attempt.score, comment=comment)


async def _write(tx: AsyncSession, asker: Asker, appeal: Appeal, call: CallTask, attempt: Attempt, now: datetime) -> None:
    call.attempts += 1
    tx.add(
        CallAttempt(
            call_task_id=call.id or 0,
            appeal_id=call.appeal_id,
            phone=call.phone,
            at=now,
            outcome=attempt.outcome,
            staff_id=asker.id,
            note=clean_text(attempt.note).strip(),
            seconds=attempt.seconds,
            confirmed=attempt.confirmed if attempt.outcome is CallOutcome.ANSWERED else None,
        )
    )
    await tx.flush()
    details: dict[str, object] = {"purpose": call.purpose, "outcome": attempt.outcome.value, "call_id": call.id}
    if attempt.outcome is CallOutcome.ANSWERED:
        details |= {"solved": attempt.confirmed, "score": attempt.score}
    await make_move(tx, appeal, Move.CALL, now, staff_id=asker.id, note=clean_text(attempt.note).strip(), details=details)


async def _is_written(tx: AsyncSession, asker: Asker, call: CallTask, attempt: Attempt, now: datetime) -> bool:
    newest = select(CallAttempt).where(CallAttempt.call_task_id == call.id).order_by(col(CallAttempt.id).desc())
    last = (await tx.exec(newest)).first()
    return last is not None and (last.staff_id, last.outcome) == (asker.id, attempt.outcome) and now - last.at < SAME_PRESS


async def _give_up(tx: AsyncSession, appeal: Appeal, call: CallTask, attempt: Attempt, now: datetime) -> None:
    """Nobody will answer here: the next number, or the next form of the reply, or the applicant's word in writing."""
    call.state, call.done_at = "dropped", now
    other = await _other_phone(tx, appeal, call)
    if other:
        again = CallTask(
            appeal_id=call.appeal_id,
            reply_id=call.reply_id,
            purpose=call.purpose,
            phone=other,
            due_on=call.due_on,
            opened_at=now,
        )
        tx.add(again)
        await tx.flush()
    elif call.purpose == CallPurpose.REPLY and call.reply_id is not None:
        reply = await tx.get_one(Reply, call.reply_id, with_for_update=True, populate_existing=True)
        await fail(tx, appeal, reply, now, f"call: {attempt.outcome.value}")
    else:
        key = f"unreachable:{call.id}"
        await raise_task(tx, TaskKind.CLOSING_DUE, now, key=key, appeal_id=appeal.id, due_on=call.due_on, reason="unreachable")


def _check(attempt: Attempt, now: datetime) -> None:
    fields = {}
    if attempt.score is not None and not 1 <= attempt.score <= 5:
        fields["score"] = "out_of_range"
    if attempt.outcome is CallOutcome.CALL_LATER and (attempt.again_at is None or attempt.again_at <= now):
        fields["again_at"] = "missing" if attempt.again_at is None else "past"
    if fields:
        raise Invalid("the attempt cannot be written down so", fields=fields)


async def _locked(tx: AsyncSession, call_id: int) -> tuple[Appeal, CallTask]:
    appeal_id = (await tx.exec(select(CallTask.appeal_id).where(CallTask.id == call_id))).first()
    if appeal_id is None:
        raise NotFound("no such call")
    appeal = await locked_appeal(tx, appeal_id)
    call = await tx.get_one(CallTask, call_id, with_for_update=True, populate_existing=True)
    if call.state != "open":
        raise CallEnded(state=call.state)
    return appeal, call


async def _other_phone(tx: AsyncSession, appeal: Appeal, call: CallTask) -> str:
    """A telephone of the applicant that this purpose has not been tried on."""
    tried = select(CallTask.phone).where(CallTask.appeal_id == appeal.id, CallTask.purpose == call.purpose)
    known = set((await tx.exec(tried)).all())
    return next((phone for phone in (await card_of(tx, appeal.applicant_id)).phones if phone not in known), "")


async def open_calls(tx: AsyncSession, today: date) -> int:
    """How many calls are due today or earlier: for the digest."""
    due = select(func.count()).select_from(CallTask).where(CallTask.state == "open", col(CallTask.due_on) <= today)
    return int((await tx.exec(due)).one())
