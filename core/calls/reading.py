"""The calls for the screens: whom to call, what to say, how each attempt ended (reg. 2.8.11, 3.1, 3.4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.calls.model import CallAttempt, CallTask
from core.clock import MOSCOW
from core.dates import spoken_date
from core.replies.leaving import LEFT
from core.replies.model import Reply
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import CallPurpose, ReplyKind
from core.words import say
from db.transactions import Transactions

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShown:
    """A line of the list; ``words`` are those to say, ``made`` the attempts so far, oldest first."""

    id: int
    appeal_id: int
    registration_number: str
    applicant_name: str
    purpose: CallPurpose
    phone: str
    due_on: date
    attempts: int
    not_before: datetime | None
    assignee_id: int | None
    words: str
    made: Sequence[CallAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """A call of a card with its attempts, oldest first; ``words`` are those to say while it is open."""

    call: CallTask
    attempts: Sequence[CallAttempt]
    words: str


class CallReading:
    """Reads calls and attempts."""

    def __init__(self, *, transactions: Transactions) -> None:
        self._transactions = transactions

    async def list(self, asker: Asker, after: tuple[date, int] | None = None, limit: int = PAGE) -> list[CallShown]:
        """Open calls, the most urgent first, after the given day and number. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        wanted = (
            select(CallTask, Appeal)
            .join(Appeal, col(Appeal.id) == CallTask.appeal_id)
            .where(CallTask.state == "open")
            .order_by(col(CallTask.due_on), col(CallTask.id))
            .limit(limit)
        )
        if after is not None:
            day, last = after
            wanted = wanted.where((col(CallTask.due_on) > day) | ((col(CallTask.due_on) == day) & (col(CallTask.id) > last)))
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted)).all()
            calls = [call for call, _ in found]
            made, bodies = await _attempts(tx, calls), await _answers(tx, calls)
            return [
                _shown(call, appeal, made.get(call.id or 0, ()), _words(call, appeal, bodies.get(call.id or 0, ""), asker))
                for call, appeal in found
            ]

    async def of_appeal(self, asker: Asker, appeal_id: int) -> Sequence[CallView]:
        """The calls of a card, oldest first; an unknown card has none. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            appeal = await tx.get(Appeal, appeal_id)
            if appeal is None:
                return ()
            calls = (await tx.exec(select(CallTask).where(CallTask.appeal_id == appeal_id).order_by(col(CallTask.id)))).all()
            made, bodies = await _attempts(tx, calls), await _answers(tx, calls)
            return [
                CallView(
                    call=call,
                    attempts=made.get(call.id or 0, ()),
                    words=_words(call, appeal, bodies.get(call.id or 0, ""), asker) if call.state == "open" else "",
                )
                for call in calls
            ]


async def _attempts(tx: AsyncSession, calls: Collection[CallTask]) -> Mapping[int, Sequence[CallAttempt]]:
    """The attempts by the number of their call."""
    wanted = select(CallAttempt).where(col(CallAttempt.call_task_id).in_([call.id for call in calls]))
    found: dict[int, list[CallAttempt]] = {}
    for attempt in (await tx.exec(wanted.order_by(col(CallAttempt.id)))).all() if calls else ():
        found.setdefault(attempt.call_task_id, []).append(attempt)
    return found


async def _answers(tx: AsyncSession, calls: Collection[CallTask]) -> Mapping[int, str]:
    """By the number of a call the reply that it is about: its own, or for a closing call the newest one that left."""
    own = [call.reply_id for call in calls if call.reply_id is not None]
    cards = [call.appeal_id for call in calls if call.purpose == CallPurpose.CLOSING]
    if not calls:
        return {}
    read_out = {one.id: one.body for one in (await tx.exec(select(Reply).where(col(Reply.id).in_(own)))).all()}
    sent = select(Reply).where(col(Reply.appeal_id).in_(cards), Reply.kind == ReplyKind.FINAL, col(Reply.state).in_(LEFT))
    newest = {one.appeal_id: one.body for one in (await tx.exec(sent.order_by(col(Reply.sent_at), col(Reply.id)))).all()}
    return {
        call.id or 0: newest.get(call.appeal_id, "") if call.purpose == CallPurpose.CLOSING else read_out.get(call.reply_id, "")
        for call in calls
    }


def _words(call: CallTask, appeal: Appeal, answer: str, asker: Asker) -> str:
    """The greeting with both names (3.1), the matter, and the summing up (3.4)."""
    words = say(
        f"call_words.{call.purpose}",
        centre=say("centre.name"),
        operator=asker.full_name,
        applicant=appeal.applicant_name,
        number=appeal.registration_number,
        registered=spoken_date(appeal.registered_at.astimezone(MOSCOW).date()),
        answer=answer,
    )
    is_sent = call.purpose == CallPurpose.CLOSING and answer
    return say("call_words.sent", words=words, answer=answer) if is_sent else words


def _shown(call: CallTask, appeal: Appeal, made: Sequence[CallAttempt], words: str) -> CallShown:
    return CallShown(
        id=call.id or 0,
        appeal_id=call.appeal_id,
        registration_number=appeal.registration_number,
        applicant_name=appeal.applicant_name,
        purpose=CallPurpose(call.purpose),
        phone=call.phone,
        due_on=call.due_on,
        attempts=call.attempts,
        not_before=call.not_before,
        assignee_id=appeal.assignee_id,
        words=words,
        made=made,
    )
