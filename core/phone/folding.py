"""How an entry changes a call's row and its legs. Pure, and the same whatever the order and however often: statuses come so."""

from collections.abc import Collection
from datetime import datetime

from core.phone.entries import Dialled, Ended, LegMoved, Note, Opened
from core.phone.model import CallLeg, PhoneCall, tail_of
from core.phone.results import HOW_FAR, ORDER, TALKS, all_reached, has_talked, is_live, is_missed, result_of
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, EventKind, LegKind, LegState
from core.staff.cleaning import clean_line

UNNUMBERED = -1
"""The step of a note that has none."""


def open_call(call: PhoneCall, entry: Opened) -> None:
    """Who calls whom, since when."""
    call.direction = entry.direction
    call.started_at = min(call.started_at, entry.started_at)
    if not call.caller:
        identify(call, clean_line(entry.caller, 32))
    call.said_as = call.said_as or clean_line(entry.said_as, 120)
    call.called = call.called or clean_line(entry.called, 64)
    call.call_task_id = call.call_task_id or entry.call_task_id


def identify(call: PhoneCall, number: str) -> None:
    """The caller's number became known: its marks go with it."""
    call.caller = call.caller_mark = number
    call.caller_tail = tail_of(number)


def note(call: PhoneCall, entry: Note) -> None:
    """What happened in the call."""
    call.started_at = min(call.started_at, entry.at)
    if entry.kind == EventKind.ANSWERED:
        call.answered_at = earliest(call.answered_at, entry.at)
    if entry.kind == EventKind.HEARD_OUT:
        reach(call, CallResult.INFORMED)
    if entry.reached is not None:
        reach(call, entry.reached)
    call.emergency = call.emergency or bool(entry.emergency)
    if entry.conversation_id is not None:
        call.conversation_id = max(call.conversation_id or 0, entry.conversation_id)
    if entry.place is not None:
        _stand(call, entry.step if entry.step is not None else UNNUMBERED, entry.at, entry.place, entry.menu_state or "")
    elif entry.step is not None:
        call.step = max(call.step, entry.step)


def reach(call: PhoneCall, result: CallResult) -> None:
    """The call has earned this result."""
    call.reached = sorted({*call.reached, result.value}, key=lambda one: ORDER[CallResult(one)])


def end_call(call: PhoneCall, entry: Ended) -> None:
    """The end as jambonz counted it is believed before one that was concluded, then the earlier one."""
    call.started_at = min(call.started_at, entry.at)
    if entry.failed:
        reach(call, CallResult.FAILED)
    because = clean_line(entry.because, 200)
    told = (entry.seconds is None, entry.at, entry.seconds or 0, because)
    known = (call.seconds is None, call.ended_at, call.seconds or 0, call.ended_because)
    if call.ended_at is None or told < known:
        call.ended_at, call.seconds, call.ended_because = entry.at, entry.seconds, because


def dial(leg: CallLeg, entry: Dialled) -> None:
    """Who is dialled."""
    leg.kind = entry.kind
    leg.dialled_at = min(leg.dialled_at, entry.at)
    leg.number = leg.number or clean_line(entry.number, 200)
    leg.address_kind = leg.address_kind or entry.address_kind[:8]
    leg.name = leg.name or clean_line(entry.name, 200)
    leg.staff_id = leg.staff_id or entry.staff_id
    leg.is_screened = leg.is_screened or entry.screened


def move_leg(leg: CallLeg, entry: LegMoved) -> None:
    """How far the leg came."""
    leg.dialled_at = min(leg.dialled_at, entry.at)
    leg.call_sid = leg.call_sid or clean_line(entry.leg_sid, 64)
    if HOW_FAR[entry.state] > HOW_FAR[LegState(leg.state)]:
        leg.state = entry.state
    if entry.state is LegState.ANSWERED:
        leg.answered_at = earliest(leg.answered_at, entry.at)
    elif entry.state is LegState.ACCEPTED:
        leg.taken_at = earliest(leg.taken_at, entry.at)
    elif HOW_FAR[entry.state] >= HOW_FAR[LegState.COMPLETED]:
        leg.ended_at = earliest(leg.ended_at, entry.at)
    if entry.seconds is not None:
        leg.seconds = max(leg.seconds or 0, entry.seconds)


def join_leg(kept: CallLeg, other: CallLeg) -> None:
    """``other`` was the same leg, known by its other number only."""
    kept.call_sid = kept.call_sid or other.call_sid
    kept.dialled_at = min(kept.dialled_at, other.dialled_at)
    kept.answered_at = earliest(kept.answered_at, other.answered_at)
    kept.taken_at = earliest(kept.taken_at, other.taken_at)
    kept.ended_at = earliest(kept.ended_at, other.ended_at)
    if HOW_FAR[LegState(other.state)] > HOW_FAR[LegState(kept.state)]:
        kept.state = other.state
    if other.seconds is not None:
        kept.seconds = max(kept.seconds or 0, other.seconds)


def join_call(kept: PhoneCall, stray: PhoneCall) -> None:
    """``stray`` was the same call: its statuses came before it was known which outgoing call they belong to."""
    kept.started_at = min(kept.started_at, stray.started_at)
    kept.answered_at = earliest(kept.answered_at, stray.answered_at)
    kept.emergency = kept.emergency or stray.emergency
    kept.step = max(kept.step, stray.step)
    kept.conversation_id = kept.conversation_id or stray.conversation_id
    for result in stray.reached:
        reach(kept, CallResult(result))
    if stray.stood_at is not None:
        _stand(kept, stray.stood_step, stray.stood_at, CallPlace(stray.stands), stray.menu_state)
    if stray.ended_at is not None:
        ended = Ended(call_sid=kept.call_sid, at=stray.ended_at, seconds=stray.seconds, because=stray.ended_because)
        end_call(kept, ended)


def settle(call: PhoneCall, legs: Collection[CallLeg]) -> None:
    """What follows from everything that is known: the place, the operator, the result, whether the caller was missed."""
    talked = sorted((leg for leg in legs if leg.kind and has_talked(leg)), key=_since)
    talking = [leg for leg in talked if is_live(leg)]
    operators = [leg.staff_id for leg in talked if leg.kind == LegKind.OPERATOR and leg.staff_id is not None]
    if call.direction == CallDirection.IN:
        call.staff_id = operators[-1] if operators else None
    elif operators:
        call.staff_id = operators[-1]
    if call.ended_at is not None:
        call.place = CallPlace.ENDED
        call.result = result_of(all_reached(call, legs))
        call.missed = is_missed(call, legs)
    else:
        call.place = TALKS[LegKind(talking[-1].kind)] if talking else call.stands or CallPlace.RINGING


def earliest(known: datetime | None, told: datetime | None) -> datetime | None:
    """The earlier of the two that are known."""
    moments = [one for one in (known, told) if one is not None]
    return min(moments, default=None)


def _since(leg: CallLeg) -> tuple[datetime, str]:
    return leg.taken_at or leg.answered_at or leg.dialled_at, leg.key


def _stand(call: PhoneCall, step: int, at: datetime, place: CallPlace, state: str) -> None:
    """The menu put the caller there, unless a later step is known."""
    if call.stood_at is None or (step, at, place, state[:32]) > (call.stood_step, call.stood_at, call.stands, call.menu_state):
        call.stood_step, call.stood_at, call.stands, call.menu_state = step, at, place, state[:32]
    call.step = max(call.step, step)
