"""Calls for the screens: those that go on, the journal, one call with everything; readings and hearings are audited (reg. 2.10)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.readings import Readings
from core.audit.trail import record
from core.clock import Clock, end_of, midnight
from core.errors import NotAllowed, NotFound
from core.people.desk import full_name_of
from core.people.model import Applicant, ContactPoint
from core.people.phones import find_phones
from core.phone.model import TAIL, CallEvent, CallLeg, PhoneCall, PhoneLine, Recording, tail_of
from core.phone.operators import OFFER_LASTS, positions
from core.phone.views import Around, CallOpened, CallPage, CallShown, EventShown, Person, show_call, show_recording
from core.phone.vocabulary import CallDirection, CallResult, RecordingKind, RecordingState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

PAGE = 50
GOING_SHOWN = 200
EARLIER_SHOWN = 10
HEARD = (RecordingState.OPEN, RecordingState.KEPT, RecordingState.PACKED)
"""States of a recording that has sound to play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls of the journal: days, a result, and so on.

    ``number``: a telephone in any form, its last four digits, or a part of what the network said instead.
    """

    number: str = ""
    first: date | None = None
    last: date | None = None
    result: CallResult | None = None
    direction: CallDirection | None = None
    staff_id: int | None = None
    conversation_id: int | None = None
    only_missed: bool = False


class PhoneReading:
    """Shows calls to those who may see them."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._readings = Readings()

    async def live(self, asker: Asker) -> Sequence[CallShown]:
        """The calls that go on now, oldest first. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        going = select(PhoneCall).where(col(PhoneCall.ended_at).is_(None)).order_by(col(PhoneCall.started_at), col(PhoneCall.id))
        async with self._transactions.begin() as tx:
            return await _shown(tx, (await tx.exec(going.limit(GOING_SHOWN))).all(), self._clock.now())

    async def calls(self, asker: Asker, wanted: CallFilter, *, after: int | None = None) -> CallPage:
        """50 calls of the journal, newest first, before the call ``after``. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        found = select(PhoneCall).where(*_conditions(wanted))
        if after is not None:
            found = found.where(col(PhoneCall.id) < after)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(found.order_by(col(PhoneCall.id).desc()).limit(PAGE + 1))).all()
            shown = await _shown(tx, rows[:PAGE], self._clock.now())
        return CallPage(rows=shown, next=shown[-1].id if len(rows) > PAGE else None)

    async def call(self, asker: Asker, call_id: int) -> CallOpened:
        """A call with its legs, journal and recordings; the reading is audited. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            call = await tx.get(PhoneCall, call_id)
            if call is None:
                raise NotFound("no such call")
            events = select(CallEvent).where(CallEvent.call_id == call_id).order_by(col(CallEvent.at), col(CallEvent.id))
            lines = (await tx.exec(events)).all()
            recordings = await _recordings(tx, call)
            heard = [show_recording(one, may_hear=await _may_hear(tx, asker, one)) for one in recordings]
            rows = [call, *await _earlier(tx, call)]
            shown = await _shown(tx, rows, now)
            if self._readings.is_new(asker.id, f"phone_call:{call_id}", now):
                await record(tx, now, "phone_call.read", f"phone_call:{call_id}", staff_id=asker.id)
        told = [EventShown(at=one.at, kind=one.kind, details=one.details) for one in lines]
        return CallOpened(call=shown[0], events=told, recordings=heard, earlier=shown[1:])

    async def hear(self, asker: Asker, recording_id: int) -> Recording:
        """A recording that has sound, for its player; the hearing is written into the audit trail, once in 15 minutes.

        An operator hears their own calls and every message left. Raises NotAllowed, NotFound.
        """
        asker.must(Ability.HEAR_RECORDINGS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            recording = await tx.get(Recording, recording_id)
            if recording is None or recording.state not in HEARD:
                raise NotFound("no such recording")
            if not await _may_hear(tx, asker, recording):
                raise NotAllowed("another operator's call", ability=Ability.HEAR_RECORDINGS.value)
            if self._readings.is_new(asker.id, f"recording:{recording_id}", now):
                await record(tx, now, "recording.heard", f"recording:{recording_id}", staff_id=asker.id, call=recording.call_id)
            return recording


async def _may_hear(tx: AsyncSession, asker: Asker, recording: Recording) -> bool:
    if not asker.may(Ability.HEAR_RECORDINGS):
        return False
    if recording.kind == RecordingKind.MESSAGE or asker.may(Ability.TAKE_OVER) or not asker.may(Ability.WORK_SHIFT):
        return True
    call = (await tx.exec(select(PhoneCall).where(PhoneCall.call_sid == recording.call_sid))).first()
    if call is None:
        return False
    talked = or_(col(CallLeg.taken_at).is_not(None), col(CallLeg.answered_at).is_not(None) & ~col(CallLeg.is_screened))
    own = select(CallLeg.id).where(CallLeg.call_id == call.id, CallLeg.staff_id == asker.id, talked)
    return call.staff_id == asker.id or (await tx.exec(own)).first() is not None


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.number.strip():
        found.append(_called_like(wanted.number.strip()))
    if wanted.first is not None:
        found.append(col(PhoneCall.started_at) >= midnight(wanted.first))
    if wanted.last is not None:
        found.append(col(PhoneCall.started_at) < end_of(wanted.last))
    if wanted.result is not None:
        found.append(col(PhoneCall.result) == wanted.result)
    if wanted.direction is not None:
        found.append(col(PhoneCall.direction) == wanted.direction)
    if wanted.staff_id is not None:
        found.append(col(PhoneCall.staff_id) == wanted.staff_id)
    if wanted.conversation_id is not None:
        found.append(col(PhoneCall.conversation_id) == wanted.conversation_id)
    if wanted.only_missed:
        found.append(col(PhoneCall.missed).is_(True))
    return found


def _called_like(written: str) -> ColumnElement[bool]:
    """By the whole number, else by its last digits or by what the network said."""
    if phones := find_phones(written, expected=True):
        return col(PhoneCall.caller_mark) == phones[0]
    said = col(PhoneCall.said_as).ilike(f"%{escaped(written)}%")
    digits = re.sub(r"\D", "", written)
    return said if len(digits) < TAIL else or_(said, col(PhoneCall.caller_tail) == tail_of(digits))


def escaped(part: str) -> str:
    """The part of a text for LIKE, its wildcards taken as they are."""
    return re.sub(r"([\\%_])", r"\\\1", part)


async def _recordings(tx: AsyncSession, call: PhoneCall) -> Sequence[Recording]:
    """Those of the call, also what the recorder wrote down before the call had its row."""
    own = or_(col(Recording.call_id) == call.id, col(Recording.call_sid) == call.call_sid)
    return (await tx.exec(select(Recording).where(own).order_by(col(Recording.id)))).all()


async def _earlier(tx: AsyncSession, call: PhoneCall) -> Sequence[PhoneCall]:
    if not call.caller:
        return ()
    same = select(PhoneCall).where(PhoneCall.caller_mark == call.caller, col(PhoneCall.id) < call.id)
    return (await tx.exec(same.order_by(col(PhoneCall.id).desc()).limit(EARLIER_SHOWN))).all()


async def _shown(tx: AsyncSession, calls: Sequence[PhoneCall], now: datetime) -> list[CallShown]:
    """Lines of calls, with what stands around them read in a few statements for all."""
    numbers = [call.id or 0 for call in calls]
    legs: dict[int, list[CallLeg]] = {}
    for leg in (await tx.exec(select(CallLeg).where(col(CallLeg.call_id).in_(numbers)).order_by(col(CallLeg.id)))).all():
        legs.setdefault(leg.call_id, []).append(leg)
    offers = select(PhoneLine).where(col(PhoneLine.offered_call_id).in_(numbers), col(PhoneLine.offered_at) > now - OFFER_LASTS)
    recorded = select(Recording.call_sid).where(
        col(Recording.call_sid).in_([call.call_sid for call in calls]), col(Recording.state).in_(HEARD)
    )
    around = Around(
        legs=legs,
        positions=await positions(tx, now),
        people=await _people(tx, {call.caller for call in calls if call.caller}),
        names=await _names(tx, {call.staff_id for call in calls if call.staff_id is not None}),
        offers={line.offered_call_id or 0: line.staff_id for line in (await tx.exec(offers)).all()},
        recorded=frozenset((await tx.exec(recorded)).all()),
    )
    return [show_call(call, around) for call in calls]


async def _people(tx: AsyncSession, phones: Collection[str]) -> Mapping[str, Person]:
    """Whose card has the telephone; of several the one whose card is the newest."""
    both = select(ContactPoint.value, Applicant).join(Applicant, col(Applicant.id) == ContactPoint.applicant_id)
    known = both.where(ContactPoint.kind == "phone", col(ContactPoint.value_mark).in_(phones)).order_by(col(Applicant.id))
    return {
        phone: Person(id=one.id or 0, name=full_name_of(one) or one.organisation) for phone, one in (await tx.exec(known)).all()
    }


async def _names(tx: AsyncSession, staff: Collection[int]) -> Mapping[int, str]:
    found = await tx.exec(select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(staff)))
    return {number or 0: name for number, name in found.all()}
