"""Which operator gets a caller: on shift, ready, on no call, free for the longest; callers in the order in which they came."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.calendar import CalendarOf
from core.clock import Clock
from core.errors import Conflict
from core.phone.model import CallLeg, PhoneCall, PhoneLine
from core.phone.rows import locked_call
from core.phone.vocabulary import LegKind, LegState
from core.staff.model import StaffMember
from db.transactions import Transactions

OFFER_LASTS = timedelta(seconds=40)
"""How long an operator is kept for one caller: longer than the telephone rings (30 s)."""
NOT_AGAIN_WITHIN = timedelta(seconds=30)
"""Somebody who did not answer this caller is rung again only after so long: the caller hears music in between."""
SAME_ASK = timedelta(seconds=5)
"""A hook that is asked again so soon is the same question."""
STILL_WAITS = timedelta(seconds=60)
"""A caller asks every 20 s; who did not ask for so long holds nobody up."""
PICKING = 0x70686F6E
"""Advisory lock: operators are picked one caller after another."""

_LIVE_LEG = """
    SELECT 1 FROM call_leg g JOIN phone_call p ON p.id = g.call_id AND p.ended_at IS NULL
    WHERE g.staff_id = l.staff_id
        AND (g.state IN ('answered', 'accepted') OR (g.state IN ('dialled', 'ringing') AND g.dialled_at > :offer_limit))
"""
_ON_SHIFT = """
    FROM phone_line l JOIN staff_member s ON s.id = l.staff_id AND s.is_active AND s.on_shift_since IS NOT NULL
    WHERE l.is_ready
"""
_FREE = text(
    f"""
    SELECT l.id, EXISTS (SELECT 1 FROM call_leg g WHERE g.call_id = :call AND g.staff_id = l.staff_id
            AND COALESCE(g.ended_at, g.dialled_at) > :again_limit) AS tried
    {_ON_SHIFT}
        AND (l.offered_call_id IS NULL OR l.offered_at <= :offer_limit)
        AND NOT EXISTS ({_LIVE_LEG})
        AND NOT EXISTS (SELECT 1 FROM phone_call h WHERE h.held_by_id = l.staff_id AND h.ended_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM phone_call o WHERE o.staff_id = l.staff_id AND o.script = 'operator_first'
            AND o.ended_at IS NULL)
    ORDER BY l.free_since NULLS FIRST, l.id
    """  # noqa: S608  # constants of this module
)
_STAFFED = text(f"SELECT count(*) {_ON_SHIFT}")
_AHEAD = text(
    """
    SELECT count(*) FROM phone_call p
    WHERE p.ended_at IS NULL AND p.id <> :call AND (p.queued_at, p.id) < (:since, :call) AND p.waited_at > :wait_limit
        AND NOT EXISTS (SELECT 1 FROM call_leg g WHERE g.call_id = p.id
            AND (g.state IN ('answered', 'accepted') OR (g.state IN ('dialled', 'ringing') AND g.dialled_at > :offer_limit)))
    """
)
_RELEASE = text(
    """
    WITH freed AS (
        UPDATE phone_line SET offered_call_id = NULL, offered_at = NULL, free_since = :now WHERE offered_call_id = :call
    )
    UPDATE call_leg SET state = 'no_answer', ended_at = :now
    WHERE call_id = :call AND kind = 'operator' AND state IN ('dialled', 'ringing')
    """
)


class CallOver(Conflict):
    """The caller has hung up."""

    code = "call_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An operator who is kept for this caller for 40 s: whom to ring. ``leg``: the key of the leg that is written down already."""

    leg: str
    staff_id: int
    name: str
    address_kind: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Nobody is free. ``position`` in the queue, from 1; ``on_shift``: how many operators answer telephones now."""

    position: int
    on_shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nobody is there; ``opening``: when somebody is again (reg. 2.9)."""

    opening: datetime


class OperatorQueue:
    """Callers who want an operator."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def find_operator(self, call_sid: str) -> Found | Busy | Closed:
        """A free operator, kept for this caller, or the caller's place in the queue.

        A repeat within 5 s gives the same operator; asking later means that they did not take the call. An operator who answers
        after hours may be found; otherwise the hours count. Raises CallOver.
        """
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            on_shift = int((await tx.execute(_STAFFED)).scalar_one())
            if on_shift:  # with nobody to pick there is nothing to take turns for
                await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PICKING})
            call = await locked_call(tx, call_sid, now)
            if call.ended_at is not None:
                raise CallOver()
            calendar = await self._calendar_of(tx)
            if not on_shift and not calendar.is_open(now):
                return Closed(opening=calendar.next_opening(now))
            call.queued_at, call.waited_at = call.queued_at or now, now
            await tx.flush()
            await announce(tx, LiveKind.CALL, now, call_id=call.id or 0)
            if (kept := await _kept(tx, call, now)) is not None:
                return kept
            await tx.execute(_RELEASE, {"call": call.id, "now": now})
            ahead = int((await tx.execute(_AHEAD, _limits(now) | {"call": call.id, "since": call.queued_at})).scalar_one())
            line_id = await _free_line(tx, call, ahead, now) if on_shift else None
            if line_id is None:
                return Busy(position=ahead + 1, on_shift=on_shift)
            return await _offer(tx, call, line_id, now)

    async def release(self, call_sid: str) -> None:
        """Nobody is kept for this caller any more."""
        await self._give_up(call_sid, leaves=False)

    async def leave_queue(self, call_sid: str) -> None:
        """The caller does not wait any more, by their own wish."""
        await self._give_up(call_sid, leaves=True)

    async def _give_up(self, call_sid: str, *, leaves: bool) -> None:
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            call = await locked_call(tx, call_sid, now)
            if leaves:
                call.queued_at = call.waited_at = None
                await tx.flush()
            await tx.execute(_RELEASE, {"call": call.id, "now": now})
            await announce(tx, LiveKind.CALL, now, call_id=call.id or 0)


async def positions(tx: AsyncSession, now: datetime) -> dict[int, int]:
    """The places in the queue of the calls that wait, by number."""
    waiting = text(
        "SELECT p.id FROM phone_call p WHERE p.ended_at IS NULL AND p.queued_at IS NOT NULL AND p.waited_at > :wait_limit"
        " AND p.place NOT IN ('operator', 'official', 'dispatch') ORDER BY p.queued_at, p.id"
    )
    rows = (await tx.execute(waiting, {"wait_limit": now - STILL_WAITS})).scalars()
    return {number: place for place, number in enumerate(rows, start=1)}


def _limits(now: datetime) -> dict[str, object]:
    return {"offer_limit": now - OFFER_LASTS, "wait_limit": now - STILL_WAITS}


async def _kept(tx: AsyncSession, call: PhoneCall, now: datetime) -> Found | None:
    """The operator who was offered this very moment."""
    rings = col(CallLeg.state).in_((LegState.DIALLED, LegState.RINGING))
    kept = select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.kind == LegKind.OPERATOR, rings)
    leg = (await tx.exec(kept.where(col(CallLeg.dialled_at) > now - SAME_ASK))).first()
    return None if leg is None else _found(leg)


async def _free_line(tx: AsyncSession, call: PhoneCall, ahead: int, now: datetime) -> int | None:
    """The line free for the longest that is left when those ahead have got theirs."""
    limits = {"call": call.id, "offer_limit": now - OFFER_LASTS, "again_limit": now - NOT_AGAIN_WITHIN}
    rows = (await tx.execute(_FREE, limits)).all()
    if len(rows) <= ahead:
        return None
    return next((int(row.id) for row in rows if not row.tried), None)


async def _offer(tx: AsyncSession, call: PhoneCall, line_id: int, now: datetime) -> Found:
    line = await tx.get_one(PhoneLine, line_id, with_for_update=True, populate_existing=True)
    staff = await tx.get_one(StaffMember, line.staff_id)
    line.offered_call_id, line.offered_at = call.id, now
    leg = CallLeg(
        call_id=call.id or 0,
        key=uuid.uuid4().hex,
        kind=LegKind.OPERATOR,
        address_kind=line.kind,
        number=line.address,
        name=staff.full_name,
        staff_id=line.staff_id,
        dialled_at=now,
        is_screened=True,
    )
    tx.add(leg)
    await tx.flush()
    return _found(leg)


def _found(leg: CallLeg) -> Found:
    return Found(leg=leg.key, staff_id=leg.staff_id or 0, name=leg.name, address_kind=leg.address_kind, address=leg.number)
