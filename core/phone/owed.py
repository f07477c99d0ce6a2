"""The calls that applicants are owed, as far as the telephone has come with each (reg. 2.8.8, 2.8.11)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.model import CallAttempt, CallTask
from core.phone.attempts import ending_of, kinds_of
from core.phone.model import CallLeg, PhoneCall
from core.phone.results import has_talked
from core.phone.rows import legs_of
from core.phone.views import seconds_of
from core.phone.vocabulary import LegKind, Script
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import CallPurpose
from db.transactions import Transactions


class CallStage(StrEnum):
    """How far a call of ours is: whose telephone rings, whether they talk (or listen to the reply), or that it is over."""

    OPERATOR = "operator"
    APPLICANT = "applicant"
    TALK = "talk"
    ENDED = "ended"


class OwedDeed(StrEnum):
    """What can be done for a call that is owed: ring the asker and then the applicant, or let the reply be told."""

    CALL = "call"
    TELL = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCall:
    """The newest call for a task. ``outcome``: see core.phone.attempts, empty while it goes; ``seconds``: of the talk.

    ``is_written``: an attempt was written down since it began.
    """

    id: int
    staff_id: int | None
    operator: str
    script: Script
    stage: CallStage
    outcome: str
    is_written: bool
    started_at: datetime
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedCall:
    """A call of the list with what the telephone can do for it now, and did last."""

    task_id: int
    deeds: Sequence[OwedDeed]
    call: MadeCall | None


class OwedCalls:
    """Reads them."""

    def __init__(self, *, transactions: Transactions) -> None:
        self._transactions = transactions

    async def of_tasks(self, asker: Asker, tasks: Collection[int]) -> Sequence[OwedCall]:
        """These tasks by their numbers; unknown ones are left out. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            known = select(CallTask).where(col(CallTask.id).in_(tasks)).order_by(col(CallTask.id))
            rows = (await tx.exec(known)).all()
            newest = await _newest(tx, tasks)
            return [_shown(asker, task, newest.get(task.id or 0)) for task in rows]


async def _newest(tx: AsyncSession, tasks: Collection[int]) -> Mapping[int, MadeCall]:
    last = select(func.max(col(PhoneCall.id))).where(col(PhoneCall.call_task_id).in_(tasks)).group_by(col(PhoneCall.call_task_id))
    both = select(PhoneCall, StaffMember.full_name).join(StaffMember, col(StaffMember.id) == PhoneCall.staff_id, isouter=True)
    found = (await tx.exec(both.where(col(PhoneCall.id).in_(last)))).all()
    return {call.call_task_id or 0: await _made(tx, call, name or "") for call, name in found}


async def _made(tx: AsyncSession, call: PhoneCall, operator: str) -> MadeCall:
    legs = await legs_of(tx, call.id or 0)
    ended = call.ended_at is not None
    since = select(CallAttempt.id).where(CallAttempt.call_task_id == call.call_task_id, CallAttempt.at >= call.started_at)
    applicants = [leg for leg in legs if leg.kind == LegKind.APPLICANT]
    return MadeCall(
        id=call.id or 0,
        staff_id=call.staff_id,
        operator=operator,
        script=Script(call.script),
        stage=CallStage.ENDED if ended else _stage(call, applicants),
        outcome=ending_of(call, legs, await kinds_of(tx, call.id or 0)).outcome if ended else "",
        is_written=(await tx.exec(since.limit(1))).first() is not None,
        started_at=call.started_at,
        seconds=applicants[-1].seconds if applicants else seconds_of(call),
    )


def _stage(call: PhoneCall, applicants: Sequence[CallLeg]) -> CallStage:
    if call.script == Script.MESSAGE:
        return CallStage.TALK if call.answered_at is not None else CallStage.APPLICANT
    if any(has_talked(leg) for leg in applicants):
        return CallStage.TALK
    return CallStage.APPLICANT if applicants else CallStage.OPERATOR


def _shown(asker: Asker, task: CallTask, call: MadeCall | None) -> OwedCall:
    is_free = task.state == "open" and (call is None or call.stage is CallStage.ENDED)
    deeds = [OwedDeed.CALL, *([OwedDeed.TELL] if task.purpose == CallPurpose.REPLY else [])]
    may = is_free and asker.may(Ability.WORK_CASE)
    return OwedCall(task_id=task.id or 0, deeds=deeds if may else [], call=call)
