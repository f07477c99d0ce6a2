"""The journal of calls: writes that must not be lost, quick, safe to repeat, in any order (reg. 2.5.1, 2.5.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import CalendarOf, WorkCalendar
from core.calls.model import CallTask
from core.clock import Clock
from core.conversations.model import Conversation
from core.phone.entries import Dialled, Ended, Entry, LegMoved, Note, Opened
from core.phone.folding import dial, end_call, move_leg, note, open_call, settle
from core.phone.model import HookAnswer, PhoneCall
from core.phone.rows import bind_call, leg_for, legs_of, locked_call, still_there, unbound_call, write_events
from core.phone.settling import Before, before, follow
from core.staff.model import StaffMember
from db.transactions import Transactions
from db.types import SealedJson

_KEEP = text(
    "INSERT INTO hook_answer (digest, verbs, answered_at) VALUES (:digest, :verbs, :now) ON CONFLICT (digest) DO NOTHING"
).bindparams(bindparam("verbs", type_=SealedJson("hook_answer.verbs")))
NO_STEP = -1


class PhoneJournal:
    """Writes calls down. Every method is one transaction; whatever comes first for a call makes its row."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def open(self, call: Opened) -> int:
        """The number of the call's row, which is there now."""
        return (await self.write([call]))[call.call_sid]

    async def note(self, notes: Sequence[Note]) -> None:
        """Many lines of many calls at once."""
        await self.write(notes)

    async def leg(self, leg: Dialled) -> None:
        """Somebody is being dialled."""
        await self.write([leg])

    async def leg_state(self, moved: LegMoved) -> None:
        """A leg came further, or ended."""
        await self.write([moved])

    async def end(self, ended: Ended) -> None:
        """The call is over: its one result, its operator free, its talk with the bot closed, a missed caller on the list."""
        await self.write([ended])

    async def write(self, entries: Sequence[Entry]) -> Mapping[str, int]:
        """Entries of any kind, of many calls, in one transaction; gives the rows' numbers by ``call_sid``.

        The calls are locked first, in one order, before anything of an operator is: no two writers wait for each other.
        """
        by_call: dict[str, list[Entry]] = {}
        for entry in entries:
            by_call.setdefault(entry.call_sid, []).append(entry)
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
            calls = {sid: await _call_of(tx, sid, by_call[sid]) for sid in sorted(by_call)}
            for sid, (call, was) in calls.items():
                await self._write(tx, calendar, call, was, by_call[sid])
            return {sid: call.id or 0 for sid, (call, _) in calls.items()}

    async def newest_step(self, call_sid: str) -> int:
        """The latest step of the menu that was written down; -1 for an unknown call."""
        async with self._transactions.begin() as tx:
            step = (await tx.exec(select(PhoneCall.step).where(PhoneCall.call_sid == call_sid))).first()
            return NO_STEP if step is None else step

    async def answer_of(self, digest: str) -> Any:
        """What the hook with this digest was answered, or None: any JSON, as it was kept."""
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(HookAnswer.verbs).where(col(HookAnswer.digest) == digest))).first()

    async def keep_answer(self, digest: str, verbs: Any) -> None:
        """Remember what a hook with an effect was answered, for a day; the first answer stays."""
        async with self._transactions.begin() as tx:
            await tx.execute(_KEEP, {"digest": digest, "verbs": verbs, "now": self._clock.now()})

    async def _write(
        self, tx: AsyncSession, calendar: WorkCalendar, call: PhoneCall, was: Before, entries: Sequence[Entry]
    ) -> None:
        legs = await legs_of(tx, call.id or 0)
        for entry in entries:
            match await _checked(tx, entry):
                case Opened() as opened:
                    open_call(call, opened)
                case Note() as noted:
                    note(call, noted)
                case Dialled() as dialled:
                    dial(await leg_for(tx, call, legs, dialled), dialled)
                case LegMoved() as moved:
                    move_leg(await leg_for(tx, call, legs, moved), moved)
                case Ended() as ended:
                    end_call(call, ended)
        call.is_night = not calendar.is_open(call.started_at)
        settle(call, legs)
        await write_events(tx, call.id or 0, [entry for entry in entries if isinstance(entry, Note)])
        await follow(tx, call, legs, was, calendar, self._clock.now())


async def _call_of(tx: AsyncSession, call_sid: str, entries: Iterable[Entry]) -> tuple[PhoneCall, Before]:
    """The call, and what it was before these entries, and before what came ahead of its number, changed it."""
    number = next((one.phone_call_id for one in entries if isinstance(one, Opened) and one.phone_call_id is not None), None)
    placed = None if number is None else await unbound_call(tx, number)
    if placed is not None:
        was = before(placed, await legs_of(tx, placed.id or 0))
        await bind_call(tx, placed, call_sid)
        return placed, was
    first = min(one.started_at if isinstance(one, Opened) else one.at for one in entries)
    call = await locked_call(tx, call_sid, first)
    return call, before(call, await legs_of(tx, call.id or 0))


async def _checked(tx: AsyncSession, entry: Entry) -> Entry:
    """The entry without references to rows that are gone."""
    match entry:
        case Opened(call_task_id=int() as number):
            return replace(entry, call_task_id=await still_there(tx, CallTask, number))
        case Note(conversation_id=int() as number):
            return replace(entry, conversation_id=await still_there(tx, Conversation, number))
        case Dialled(staff_id=int() as number):
            return replace(entry, staff_id=await still_there(tx, StaffMember, number))
    return entry
