"""Reconciling with the exchange and the recorder: statuses get lost, processes die, yet every call has its row and its end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.clock import Clock
from core.errors import OfficeError
from core.logs import log
from core.people.phones import find_phones
from core.phone.calling_out import PHONE_CALL
from core.phone.entries import Ended, Entry, LegMoved, Opened, Why
from core.phone.journal import PhoneJournal
from core.phone.messages import QUESTION, MessageGiven, PhoneMessages, RecordedPart
from core.phone.model import CallLeg, PhoneCall
from core.phone.port import Exchange, ExchangeCall
from core.phone.results import LIVE, has_talked
from core.phone.rows import NOT_DIALLED_YET
from core.phone.vocabulary import CallDirection, LegState
from db.transactions import Transactions

UNKNOWN_FOR = timedelta(seconds=60)
"""How long the exchange must not know a call before it is believed to be over."""
RECORDED_WITHIN = timedelta(minutes=2)
"""How long after the end of a call its recording may be missing."""
LOOKED_BACK = timedelta(days=2)
LONG_ENOUGH = 2.0
"""Seconds of a spoken question below which it was a cough."""
MISSING = "missing"

_FOUND = text(
    """
    UPDATE phone_call p SET recording_problem = '', version = version + 1
    WHERE p.ended_at > :back AND p.recording_problem = :missing AND EXISTS (SELECT 1 FROM recording r
        WHERE r.call_sid = p.call_sid AND r.kind = 'call' AND r.state IN ('open', 'kept', 'packed'))
    RETURNING p.id
    """
)
_LOST = text(
    """
    UPDATE phone_call p SET version = version + 1, recording_problem = COALESCE((SELECT r.state FROM recording r
        WHERE r.call_sid = p.call_sid AND r.kind = 'call' AND r.state IN ('refused', 'broken') LIMIT 1), :missing)
    WHERE p.ended_at > :back AND p.ended_at < :before AND p.answered_at IS NOT NULL AND p.recording_problem = ''
        AND NOT EXISTS (SELECT 1 FROM recording r
            WHERE r.call_sid = p.call_sid AND r.kind = 'call' AND r.state IN ('open', 'kept', 'packed', 'deleted'))
    RETURNING p.id
    """
)
_LOST_PARTS = text(
    """
    UPDATE recording r SET problem = :missing FROM phone_call p
    WHERE p.id = r.call_id AND r.kind = 'message' AND r.state = 'expected' AND r.problem = ''
        AND p.ended_at > :back AND p.ended_at < :before
    """
)
_ORPHANS = text(
    """
    SELECT DISTINCT ON (p.call_sid, r.part) p.call_sid, r.part, r.key, r.seconds FROM recording r
    JOIN phone_call p ON p.call_sid = r.call_sid
    WHERE r.kind = 'message' AND r.left_message_id IS NULL AND r.state IN ('kept', 'packed')
        AND p.ended_at > :back AND p.ended_at < :before
        AND NOT EXISTS (SELECT 1 FROM left_message m WHERE m.call_id = p.id)
    ORDER BY p.call_sid, r.part, r.id DESC
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep put right; ``asked``: whether the exchange answered."""

    asked: bool
    ended: int = 0
    opened: int = 0
    legs: int = 0
    recordings: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ours:
    """What we believe to go on, and the numbers that we know at all among those that the exchange told."""

    going: Sequence[PhoneCall]
    legs: Sequence[tuple[CallLeg, str]]
    known: frozenset[str]


class Sweeper:
    """One process sweeps; it remembers since when the exchange has not known something."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, journal: PhoneJournal, exchange: Exchange, messages: PhoneMessages
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._journal = journal
        self._exchange = exchange
        self._messages = messages
        self._unknown: dict[str, datetime] = {}
        self._shows_legs = False

    async def sweep(self) -> Swept:
        """Put right what can be; while the exchange is away only what the recorder left is looked after."""
        recordings, messages = await self._sweep_recordings()
        try:
            told = await self._exchange.calls()
        except OfficeError as away:
            log.warning("phone.sweep_blind", code=away.code)
            self._unknown.clear()
            return Swept(asked=False, recordings=recordings, messages=messages)
        ours = await self._ours(told)
        entries: list[Entry] = [*self._to_bind(ours, told), *self._to_open(ours, told)]
        opened = len(entries)
        gone = self._gone(ours, told)
        ended = [self._end(call, gone) for call in ours.going if call.call_sid in gone]
        legs = [self._end_leg(leg, sid, gone) for leg, sid in ours.legs if leg.call_sid in gone and sid not in gone]
        if entries or ended or legs:
            log.info("phone.swept", opened=opened, ended=len(ended), legs=len(legs))
            await self._journal.write([*entries, *ended, *legs])
        return Swept(asked=True, ended=len(ended), opened=opened, legs=len(legs), recordings=recordings, messages=messages)

    async def _ours(self, told: Sequence[ExchangeCall]) -> _Ours:
        sids = [one.call_sid for one in told]
        async with self._transactions.begin() as tx:
            going = (await tx.exec(select(PhoneCall).where(col(PhoneCall.ended_at).is_(None)))).all()
            both = select(CallLeg, PhoneCall.call_sid).join(PhoneCall, col(PhoneCall.id) == CallLeg.call_id)
            live = both.where(col(PhoneCall.ended_at).is_(None), CallLeg.call_sid != "", col(CallLeg.state).in_(LIVE))
            legs = (await tx.exec(live)).all()
            known = await tx.exec(select(PhoneCall.call_sid).where(col(PhoneCall.call_sid).in_(sids)))
            known_legs = await tx.exec(select(CallLeg.call_sid).where(col(CallLeg.call_sid).in_(sids)))
            return _Ours(going=going, legs=legs, known=frozenset([*known.all(), *known_legs.all()]))

    def _gone(self, ours: _Ours, told: Sequence[ExchangeCall]) -> Mapping[str, datetime]:
        """What the exchange has not known for long enough, since when."""
        now, there = self._clock.now(), {one.call_sid for one in told}
        bound = {one.tag.get(PHONE_CALL) for one in told}
        there |= {call.call_sid for call in ours.going if str(call.id) in bound}
        self._shows_legs = self._shows_legs or any(leg.call_sid in there for leg, _ in ours.legs)
        believed = [call.call_sid for call in ours.going]
        if self._shows_legs:
            believed += [leg.call_sid for leg, _ in ours.legs]
        self._unknown = {sid: self._unknown.get(sid, now) for sid in believed if sid not in there}
        return {sid: since for sid, since in self._unknown.items() if now - since >= UNKNOWN_FOR}

    def _to_bind(self, ours: _Ours, told: Sequence[ExchangeCall]) -> list[Opened]:
        """Outgoing calls of which we asked and got no answer: the exchange dialled them."""
        waiting = {str(call.id): call for call in ours.going if call.call_sid.startswith(NOT_DIALLED_YET)}
        return [
            Opened(
                call_sid=one.call_sid,
                direction=CallDirection.OUT,
                started_at=waiting[number].started_at,
                phone_call_id=waiting[number].id,
            )
            for one in told
            if (number := one.tag.get(PHONE_CALL, "")) in waiting and one.call_sid not in ours.known
        ]

    def _to_open(self, ours: _Ours, told: Sequence[ExchangeCall]) -> list[Opened]:
        """Incoming calls that the exchange has and we do not: their first hook never reached us."""
        now = self._clock.now()
        strange = [one for one in told if one.direction == "inbound" and not one.parent_sid and one.call_sid not in ours.known]
        return [
            Opened(
                call_sid=one.call_sid,
                direction=CallDirection.IN,
                started_at=now,
                caller=caller,
                said_as="" if caller else one.caller,
                called=one.to,
            )
            for one in strange
            for caller in (*find_phones(one.caller), "")[:1]
        ]

    def _end(self, call: PhoneCall, gone: Mapping[str, datetime]) -> Ended:
        return Ended(call_sid=call.call_sid, at=gone[call.call_sid], because=Why.SWEPT, failed=True)

    def _end_leg(self, leg: CallLeg, call_sid: str, gone: Mapping[str, datetime]) -> LegMoved:
        state = LegState.COMPLETED if has_talked(leg) else LegState.NO_ANSWER
        return LegMoved(call_sid=call_sid, at=gone[leg.call_sid], state=state, key=leg.key, leg_sid=leg.call_sid)

    async def _sweep_recordings(self) -> tuple[int, int]:
        """Recordings that never came are noted; a spoken question that nobody kept becomes a message."""
        now = self._clock.now()
        limits = {"back": now - LOOKED_BACK, "before": now - RECORDED_WITHIN}
        async with self._transactions.begin() as tx:
            found = (await tx.execute(_FOUND, {"back": limits["back"], "missing": MISSING})).scalars().all()
            lost = (await tx.execute(_LOST, {**limits, "missing": MISSING})).scalars().all()
            await tx.execute(_LOST_PARTS, {**limits, "missing": MISSING})
            await _tell(tx, [*found, *lost], now)
            orphans = (await tx.execute(_ORPHANS, limits)).all()
        parts: dict[str, list[RecordedPart]] = {}
        for row in orphans:
            parts.setdefault(row.call_sid, []).append(RecordedPart(part=row.part, key=row.key, seconds=row.seconds))
        kept = [sid for sid, spoken in parts.items() if any(one.part == QUESTION and one.seconds >= LONG_ENOUGH for one in spoken)]
        for sid in kept:
            await self._messages.keep(sid, MessageGiven(recorded=parts[sid]), anyway=True)
        return len(found) + len(lost), len(kept)


async def _tell(tx: AsyncSession, calls: Collection[int], now: datetime) -> None:
    for number in calls:
        await announce(tx, LiveKind.CALL, now, call_id=number)
