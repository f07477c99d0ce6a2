"""How an outgoing call ended becomes an attempt of the owed call; a machine, or no key pressed, is no answer (reg. 2.8.11)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.desk import Attempt, CallDesk
from core.calls.model import CallAttempt
from core.errors import OfficeError
from core.logs import log
from core.phone.model import CallEvent, CallLeg, PhoneCall
from core.phone.results import has_talked
from core.phone.rows import NOT_DIALLED_YET, legs_of
from core.phone.views import seconds_of
from core.phone.vocabulary import CallDirection, EventKind, LegKind, LegState, Script
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import CallOutcome, Role
from core.words import say
from db.transactions import Transactions

NOT_TRIED, BY_HAND = "not_tried", "by_hand"
"""Outcomes of a call that is no attempt: the applicant was never dialled, or they talked with the operator, who writes it down."""
BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """``outcome``: a CallOutcome, NOT_TRIED or BY_HAND; ``note``: which phrase explains it."""

    outcome: str
    note: str = ""


class Attempts:
    """Writes the attempts of calls that ended, each once."""

    def __init__(self, *, transactions: Transactions, calls: CallDesk) -> None:
        self._transactions = transactions
        self._calls = calls

    async def write_all(self) -> int:
        """The attempts of all calls that ended and were not looked at yet; gives how many calls that were."""
        ended = select(PhoneCall.id).where(
            PhoneCall.direction == CallDirection.OUT,
            col(PhoneCall.call_task_id).is_not(None),
            col(PhoneCall.ended_at).is_not(None),
            PhoneCall.outcome == "",
        )
        async with self._transactions.begin() as tx:
            numbers = (await tx.exec(ended.order_by(col(PhoneCall.id)).limit(BATCH))).all()
        for number in numbers:
            await self.write(number or 0)
        return len(numbers)

    async def write(self, phone_call_id: int) -> str:
        """The outcome of the call, written down as an attempt in the name of who ordered it; what was written before stays.

        An attempt that the operator wrote since the call began is this call's.
        """
        async with self._transactions.begin() as tx:
            call = await tx.get_one(PhoneCall, phone_call_id)
            if call.outcome or call.ended_at is None or call.call_task_id is None:
                return call.outcome
            ending = ending_of(call, await legs_of(tx, phone_call_id), await kinds_of(tx, phone_call_id))
            asker = await _orderer(tx, call)
            is_written = await _is_written(tx, call)
        if ending.outcome in set(CallOutcome) and asker is not None and not is_written:
            await self._log(asker, call, ending)
        async with self._transactions.begin() as tx:
            row = await tx.get_one(PhoneCall, phone_call_id, with_for_update=True, populate_existing=True)
            row.outcome = ending.outcome
        return ending.outcome

    async def _log(self, asker: Asker, call: PhoneCall, ending: Ending) -> None:
        note = say("phone.automatic", outcome=say(f"phone.{ending.note}"))
        outcome = CallOutcome(ending.outcome)
        attempt = Attempt(outcome=outcome, note=note, seconds=seconds_of(call) if outcome is CallOutcome.ANSWERED else None)
        try:
            await self._calls.log(asker, call.call_task_id or 0, attempt)
        except OfficeError as refused:
            log.info("phone.attempt_refused", call=call.id, code=refused.code)


def ending_of(call: PhoneCall, legs: Collection[CallLeg], kinds: Collection[str]) -> Ending:
    """What the call was for the applicant. Pure."""
    if call.call_sid.startswith(NOT_DIALLED_YET):
        return Ending(outcome=NOT_TRIED)
    if call.script == Script.OPERATOR_FIRST:
        return _of_operators(legs)
    if EventKind.HEARD_OUT in kinds:
        return Ending(outcome=CallOutcome.ANSWERED, note="heard_out")
    if call.answered_at is not None:
        return Ending(outcome=CallOutcome.NO_ANSWER, note="machine" if EventKind.MACHINE in kinds else "no_key")
    busy = call.ended_because == "busy"
    return Ending(outcome=CallOutcome.BUSY if busy else CallOutcome.NO_ANSWER, note="not_reached")


def _of_operators(legs: Collection[CallLeg]) -> Ending:
    rung = [leg for leg in legs if leg.kind == LegKind.APPLICANT]
    if not rung:
        return Ending(outcome=NOT_TRIED)
    if any(has_talked(leg) for leg in rung):
        return Ending(outcome=BY_HAND)
    busy = rung[-1].state == LegState.BUSY
    return Ending(outcome=CallOutcome.BUSY if busy else CallOutcome.NO_ANSWER, note="not_reached")


async def kinds_of(tx: AsyncSession, call_id: int) -> set[str]:
    """Which lines of the call's journal tell how it ended."""
    told = (EventKind.HEARD_OUT, EventKind.MACHINE)
    found = await tx.exec(select(CallEvent.kind).where(CallEvent.call_id == call_id, col(CallEvent.kind).in_(told)))
    return set(found.all())


async def _is_written(tx: AsyncSession, call: PhoneCall) -> bool:
    since = select(CallAttempt.id).where(
        CallAttempt.call_task_id == call.call_task_id, CallAttempt.staff_id == call.staff_id, CallAttempt.at >= call.started_at
    )
    return (await tx.exec(since)).first() is not None


async def _orderer(tx: AsyncSession, call: PhoneCall) -> Asker | None:
    staff = await tx.get(StaffMember, call.staff_id) if call.staff_id else None
    if staff is None:
        return None
    return Asker(
        id=staff.id or 0,
        login=staff.login,
        full_name=staff.full_name,
        role=Role(staff.role),
        on_shift=staff.on_shift_since is not None,
        shortcuts_on=staff.shortcuts_on,
        notify=staff.notify,
        session="",
    )
