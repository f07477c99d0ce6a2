"""What follows in the house when a call moved: operators are free, the talk is closed, who was missed is to be called back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.phone.model import CallLeg, PhoneCall
from core.phone.results import has_talked, is_live
from core.phone.talks import talk_of
from core.phone.vocabulary import CallBackReason, CallDirection, CallResult
from db.types import Marked, Sealed

RESULTS = [result.value for result in CallResult]

_FREE = text(
    "UPDATE phone_line SET free_since = :now, offered_call_id = NULL, offered_at = NULL WHERE staff_id = ANY(:staff)"
    " AND (offered_call_id IS NULL OR offered_call_id = :call)"
)
_TAKEN = text(
    "UPDATE phone_line SET offered_call_id = NULL, offered_at = NULL WHERE staff_id = ANY(:staff) AND offered_call_id = :call"
)
_FORGET_OFFERS = text("UPDATE phone_line SET offered_call_id = NULL, offered_at = NULL WHERE offered_call_id = :call")
_CLOSE = text(
    "UPDATE conversation SET mode = 'closed', closed_at = :now, closed_as = :result, dialogue_state = NULL, dialogue_asks = NULL,"
    " waiting_since = NULL, version = version + 1 WHERE id = :conversation AND channel = 'voice'"
    " AND (mode = 'bot' OR (mode = 'waiting' AND NOT emergency))"
    " AND NOT EXISTS (SELECT 1 FROM phone_call p WHERE p.conversation_id = :conversation AND p.ended_at IS NULL)"
    " RETURNING id"
)
"""Who waited for an operator and hung up is on the list of calls missed; only an emergency stays in the queue."""
_HOLD = text(
    "UPDATE conversation SET mode = 'operator', operator_id = :staff, taken_at = :now, unread = 0, waiting_since = NULL,"
    " version = version + 1 WHERE id = :conversation AND channel = 'voice' AND mode IN ('bot', 'waiting') RETURNING id"
)
_COUNT = text(
    "UPDATE contact SET ended_at = COALESCE(ended_at, :now), outcome = :result"
    " WHERE id = (SELECT max(id) FROM contact WHERE conversation_id = :conversation AND channel = 'voice')"
    " AND (ended_at IS NULL OR outcome = ANY(:results))"
    " AND EXISTS (SELECT 1 FROM conversation c WHERE c.id = :conversation AND c.mode = 'closed')"
)
_MARK = bindparam("mark", type_=Marked)
_OWE = text(
    "INSERT INTO call_back (call_id, phone, phone_mark, name, reason, calls, asked_at, due_on, done_as, note)"
    " VALUES (:call, :phone, :mark, :name, :reason, 1, :now, :due_on, '', '')"
    " ON CONFLICT (phone_mark, reason) WHERE done_at IS NULL DO UPDATE SET calls = call_back.calls + 1, call_id = EXCLUDED.call_id,"
    " name = COALESCE(NULLIF(EXCLUDED.name, ''), call_back.name) RETURNING id"
).bindparams(bindparam("phone", type_=Sealed("call_back.phone")), _MARK)
_TALKED_SINCE = text(
    "UPDATE call_back SET done_at = :now, done_as = 'talked' WHERE phone_mark = :mark AND reason = 'missed' AND done_at IS NULL"
    " AND asked_at < :since AND EXISTS (SELECT 1 FROM phone_call p WHERE p.id = :call"
    " AND p.result IN ('operator', 'transferred'))"
).bindparams(_MARK)
_OWE_LESS = text(
    "UPDATE call_back SET calls = calls - 1 WHERE phone_mark = :mark AND reason = 'missed' AND done_at IS NULL"
).bindparams(_MARK)
_OWE_NOTHING = text(
    "DELETE FROM call_back WHERE phone_mark = :mark AND reason = 'missed' AND done_at IS NULL AND calls <= 0"
).bindparams(_MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a call was before entries changed it."""

    shown: tuple[object, ...]
    busy: frozenset[int]
    talking: frozenset[int]
    missed: bool
    conversation_id: int | None


def before(call: PhoneCall, legs: Collection[CallLeg]) -> Before:
    """Remember it."""
    return Before(
        shown=_shown(call, legs),
        busy=_busy(call, legs),
        talking=_talking(call, legs),
        missed=call.missed,
        conversation_id=call.conversation_id,
    )


async def follow(
    tx: AsyncSession, call: PhoneCall, legs: Collection[CallLeg], was: Before, calendar: WorkCalendar, now: datetime
) -> None:
    """Do what the change asks for, and tell the screens."""
    await tx.flush()
    if freed := was.busy - _busy(call, legs):
        await tx.execute(_FREE, {"now": now, "staff": list(freed), "call": call.id})
    if taken := _talking(call, legs) - was.talking:
        await tx.execute(_TAKEN, {"staff": list(taken), "call": call.id})
    if taken or call.conversation_id != was.conversation_id:
        await _hold(tx, call, _talking(call, legs), now)
    if call.ended_at is not None:
        await _end(tx, call, calendar, now, was_missed=was.missed)
    if _shown(call, legs) != was.shown:
        call.version += 1
        await announce(tx, LiveKind.CALL, now, call_id=call.id or 0)


async def _hold(tx: AsyncSession, call: PhoneCall, talking: Collection[int], now: datetime) -> None:
    """The talk is whose the call is, and stays theirs when the call is over, to be registered or closed.

    Who came to the operator past the dialogue has none yet: without it nothing could be registered.
    """
    if call.staff_id not in talking or call.direction != CallDirection.IN:
        return
    if call.conversation_id is None and call.ended_at is None:
        await talk_of(tx, call, now)
    values = {"conversation": call.conversation_id, "staff": call.staff_id, "now": now}
    if (await tx.execute(_HOLD, values)).first() is not None:
        await record(tx, now, "conversation.taken", f"conversation:{call.conversation_id}", staff_id=call.staff_id, call=call.id)
        await announce(tx, LiveKind.CONVERSATION, now, conversation_id=call.conversation_id or 0)


async def _end(tx: AsyncSession, call: PhoneCall, calendar: WorkCalendar, now: datetime, *, was_missed: bool) -> None:
    await tx.execute(_FORGET_OFFERS, {"call": call.id})
    if call.conversation_id is not None:
        values = {"conversation": call.conversation_id, "now": now, "result": call.result}
        if (await tx.execute(_CLOSE, values)).first() is not None:
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=call.conversation_id)
        await tx.execute(_COUNT, {**values, "results": RESULTS})
    if call.caller:
        await tx.execute(_TALKED_SINCE, {"now": now, "mark": call.caller, "since": call.started_at, "call": call.id})
    if call.missed and not was_missed:
        await owe_call(tx, CallBackReason.MISSED, call, call.caller, due_by(calendar, now), now)
    elif was_missed and not call.missed:
        await tx.execute(_OWE_LESS, {"mark": call.caller})
        await tx.execute(_OWE_NOTHING, {"mark": call.caller})


async def owe_call(
    tx: AsyncSession, reason: CallBackReason, call: PhoneCall | None, phone: str, due_on: date, now: datetime, name: str = ""
) -> int:
    """Put a number on the list of call-backs; one that is on it already is counted once more. Gives the row's number."""
    who = {"call": call.id if call else None, "phone": phone, "mark": phone, "name": name}
    values = {**who, "reason": reason.value, "now": now, "due_on": due_on}
    return int((await tx.execute(_OWE, values)).scalar_one())


def due_by(calendar: WorkCalendar, now: datetime) -> date:
    """The working day on which somebody is to be called back: today while the office is open."""
    return calendar.next_opening(now).astimezone(MOSCOW).date()


def _busy(call: PhoneCall, legs: Collection[CallLeg]) -> frozenset[int]:
    """Members of staff whose telephone is taken by the call."""
    if call.ended_at is not None:
        return frozenset()
    return frozenset(leg.staff_id for leg in legs if leg.staff_id is not None and is_live(leg))


def _talking(call: PhoneCall, legs: Collection[CallLeg]) -> frozenset[int]:
    return frozenset(leg.staff_id for leg in legs if leg.staff_id is not None and is_live(leg) and has_talked(leg))


def _shown(call: PhoneCall, legs: Collection[CallLeg]) -> tuple[object, ...]:
    states = tuple(sorted((leg.key, str(leg.state)) for leg in legs))
    answered = call.answered_at is not None
    return str(call.place), str(call.result), call.staff_id, call.conversation_id, call.emergency, call.queued_at, answered, states
