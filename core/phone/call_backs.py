"""The list of people to call back: who asked for it, and whom nobody answered in working hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.calendar import CalendarOf
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.people.phones import find_phones
from core.phone.entries import Note
from core.phone.folding import note, settle
from core.phone.model import CallBack, PhoneCall
from core.phone.rows import legs_of, locked_call, write_events
from core.phone.settling import due_by, owe_call
from core.phone.vocabulary import CallBackReason, CallResult, EventKind
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line, clean_text
from core.staff.model import StaffMember
from db.transactions import Transactions

LISTED = 200
NOTE_LIMIT = 2000


class DoneAs(StrEnum):
    """How a call back ended."""

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    NOT_NEEDED = "not_needed"


class TakenByOther(Conflict):
    """A colleague calls this person; ``facts['operator']`` says who."""

    code = "held_by_other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackShown:
    """A line of the list; ``is_late``: its day is over. ``call_sid`` and ``called_at`` are of the newest call behind it."""

    id: int
    phone: str
    name: str
    reason: CallBackReason
    calls: int
    asked_at: datetime
    due_on: date
    is_late: bool
    taken_by_id: int | None
    taken_by: str
    done_at: datetime | None
    done_as: str
    note: str
    call_id: int | None
    conversation_id: int | None


class CallBackDesk:
    """People to call back."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def ask(self, call_sid: str, phone: str, *, name: str = "") -> CallBack:
        """The caller wants to be called back at this number, by the working day that comes. Raises Invalid (fields: phone)."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            call = await locked_call(tx, call_sid, now)
            legs = await legs_of(tx, call.id or 0)
            said = Note(call_sid=call_sid, at=now, kind=EventKind.CALL_BACK, reached=CallResult.MESSAGE)
            if CallResult.MESSAGE not in call.reached:
                await write_events(tx, call.id or 0, [said])
            note(call, said)
            settle(call, legs)
            call.queued_at = call.waited_at = None
            await tx.flush()
            return await self._owe(tx, CallBackReason.ASKED, call, _phone(phone), name, now)

    async def add(self, asker: Asker, phone: str, *, reason: CallBackReason = CallBackReason.ASKED, name: str = "") -> CallBack:
        """An operator puts somebody on the list. Raises NotAllowed, Invalid (fields: phone)."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            return await self._owe(tx, reason, None, _phone(phone), name, self._clock.now())

    async def list(self, asker: Asker, *, only_open: bool = True, reason: CallBackReason | None = None) -> Sequence[CallBackShown]:
        """The open ones, the most urgent first, or all, newest first; at most 200. ``reason`` MISSED: the missed calls."""
        asker.must(Ability.READ_INBOX)
        wanted = select(CallBack, StaffMember.full_name, PhoneCall.conversation_id)
        wanted = wanted.outerjoin(StaffMember, col(StaffMember.id) == CallBack.taken_by_id)
        wanted = wanted.outerjoin(PhoneCall, col(PhoneCall.id) == CallBack.call_id).limit(LISTED)
        if reason is not None:
            wanted = wanted.where(CallBack.reason == reason)
        if only_open:
            wanted = wanted.where(col(CallBack.done_at).is_(None)).order_by(col(CallBack.due_on), col(CallBack.id))
        else:
            wanted = wanted.order_by(col(CallBack.id).desc())
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(wanted)).all()
        today = self._clock.today()
        return [_shown(row, name or "", conversation, today) for row, name, conversation in rows]

    async def take(self, asker: Asker, call_back_id: int) -> CallBack:
        """The asker calls this person; one's own is taken without effect. Raises NotAllowed, NotFound, TakenByOther."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            row = await _open(tx, call_back_id)
            if row.taken_by_id not in (None, asker.id):
                holder = await tx.get(StaffMember, row.taken_by_id)
                raise TakenByOther(operator=holder.full_name if holder else "", operator_id=row.taken_by_id)
            row.taken_by_id = asker.id
            await announce(tx, LiveKind.CALL, self._clock.now(), call_id=row.call_id or 0)
            return row

    async def give_back(self, asker: Asker, call_back_id: int) -> CallBack:
        """Somebody else may call; only the holder or a senior gives it back. Raises NotAllowed, NotFound, TakenByOther."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            row = await _open(tx, call_back_id)
            if row.taken_by_id not in (None, asker.id) and not asker.may(Ability.TAKE_OVER):
                raise TakenByOther(operator_id=row.taken_by_id)
            row.taken_by_id = None
            await announce(tx, LiveKind.CALL, self._clock.now(), call_id=row.call_id or 0)
            return row

    async def done(self, asker: Asker, call_back_id: int, done_as: DoneAs, note: str = "") -> CallBack:
        """The person was called, or need not be. Doing it twice changes nothing. Raises NotAllowed, NotFound."""
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            row = await tx.get(CallBack, call_back_id, with_for_update=True)
            if row is None:
                raise NotFound("no such call back")
            await end_draft(tx, asker.id, DraftKind.CALL_BACK, call_back_id, now)
            if row.done_at is None:
                row.done_at, row.done_by_id, row.done_as = now, asker.id, done_as
                row.note = clean_text(note).strip()[:NOTE_LIMIT]
                await record(tx, now, "call_back.done", f"call_back:{call_back_id}", staff_id=asker.id, done_as=done_as.value)
                await announce(tx, LiveKind.CALL, now, call_id=row.call_id or 0)
            return row

    async def _owe(
        self, tx: AsyncSession, reason: CallBackReason, call: PhoneCall | None, phone: str, name: str, now: datetime
    ) -> CallBack:
        due_on = due_by(await self._calendar_of(tx), now)
        number = await owe_call(tx, reason, call, phone, due_on, now, clean_line(name))
        await announce(tx, LiveKind.CALL, now, call_id=(call.id or 0) if call else 0)
        return await tx.get_one(CallBack, number, populate_existing=True)


async def _open(tx: AsyncSession, call_back_id: int) -> CallBack:
    row = await tx.get(CallBack, call_back_id, with_for_update=True)
    if row is None or row.done_at is not None:
        raise NotFound("no such open call back")
    return row


def _phone(said: str) -> str:
    found = find_phones(said, expected=True)
    if len(found) != 1:
        raise Invalid("no telephone", fields={"phone": "unreadable" if said.strip() else "missing"})
    return found[0]


def _shown(row: CallBack, taken_by: str, conversation_id: int | None, today: date) -> CallBackShown:
    return CallBackShown(
        id=row.id or 0,
        phone=row.phone,
        name=row.name,
        reason=CallBackReason(row.reason),
        calls=row.calls,
        asked_at=row.asked_at,
        due_on=row.due_on,
        is_late=row.done_at is None and row.due_on < today,
        taken_by_id=row.taken_by_id,
        taken_by=taken_by,
        done_at=row.done_at,
        done_as=row.done_as,
        note=row.note,
        call_id=row.call_id,
        conversation_id=conversation_id,
    )
