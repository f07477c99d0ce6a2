"""Finding and making the rows of a call: whatever comes first makes them, so that no call is without a row."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.model import CallTask
from core.conversations.model import Conversation
from core.phone.entries import Dialled, LegMoved, Note
from core.phone.folding import identify, join_call, join_leg
from core.phone.model import CallEvent, CallLeg, PhoneCall, Recording
from core.phone.vocabulary import CallDirection
from core.staff.cleaning import clean_text
from core.staff.model import StaffMember
from core.table import insert_row, table_of

NOT_DIALLED_YET = "out:"
"""How the number of an outgoing call begins until the exchange has given it one."""
BY_SID = "sid:"
"""How the key of a leg begins of which only the exchange's number is known yet."""

_JOIN = text(
    "INSERT INTO call_event (call_id, at, kind, details, key) SELECT :kept, at, kind, details, key FROM call_event"
    " WHERE call_id = :stray ON CONFLICT (call_id, key) DO NOTHING"
)


async def locked_call(tx: AsyncSession, call_sid: str, at: datetime) -> PhoneCall:
    """The row of the call, made when there is none, nobody else's to change until the end of the transaction."""
    wanted = select(PhoneCall).where(PhoneCall.call_sid == call_sid).with_for_update()
    found = (await tx.exec(wanted.execution_options(populate_existing=True))).first()
    if found is None:
        made = PhoneCall(call_sid=call_sid, direction=CallDirection.IN, started_at=at)
        identify(made, "")  # nobody said yet
        await insert_row(tx, made, unless_same="call_sid")
        found = (await tx.exec(wanted)).one()
    return found


async def unbound_call(tx: AsyncSession, phone_call_id: int) -> PhoneCall | None:
    """The row of an outgoing call that has no number of the exchange yet, nobody else's to change; None when it has one."""
    placed = await tx.get(PhoneCall, phone_call_id, with_for_update=True, populate_existing=True)
    return placed if placed is not None and placed.call_sid.startswith(NOT_DIALLED_YET) else None


async def bind_call(tx: AsyncSession, placed: PhoneCall, call_sid: str) -> None:
    """An outgoing call gets the exchange's number; what was written under that number before is joined to it."""
    same = select(PhoneCall).where(PhoneCall.call_sid == call_sid).with_for_update()
    stray = (await tx.exec(same.execution_options(populate_existing=True))).first()
    if stray is not None:
        await _join(tx, placed, stray)
    placed.call_sid = call_sid
    await tx.flush()


async def _join(tx: AsyncSession, kept: PhoneCall, stray: PhoneCall) -> None:
    await tx.execute(_JOIN, {"kept": kept.id, "stray": stray.id})
    for rows in (CallLeg, Recording):
        moved = update(rows).where(col(rows.call_id) == stray.id).values(call_id=kept.id)
        await tx.execute(moved)
    join_call(kept, stray)
    await tx.delete(stray)
    await tx.flush()


async def legs_of(tx: AsyncSession, call_id: int) -> list[CallLeg]:
    """The legs of a call, oldest first."""
    wanted = select(CallLeg).where(CallLeg.call_id == call_id).order_by(col(CallLeg.id))
    return list((await tx.exec(wanted.execution_options(populate_existing=True))).all())


async def leg_for(tx: AsyncSession, call: PhoneCall, legs: list[CallLeg], entry: Dialled | LegMoved) -> CallLeg:
    """The leg that the entry is about; what was known of it by the exchange's number only is joined to it."""
    sid = entry.leg_sid if isinstance(entry, LegMoved) else ""
    by_key = next((leg for leg in legs if entry.key and leg.key == entry.key), None)
    by_sid = next((leg for leg in legs if sid and leg.call_sid == sid), None)
    if by_key is not None and by_sid is not None and by_sid is not by_key and by_sid.key.startswith(BY_SID):
        join_leg(by_key, by_sid)
        legs.remove(by_sid)
        await tx.delete(by_sid)
    elif by_key is None and by_sid is not None and entry.key and by_sid.key.startswith(BY_SID):
        by_sid.key, by_key = entry.key, by_sid
    found = by_key or (by_sid if not entry.key else None)
    if found is None:
        key = entry.key or f"{BY_SID}{sid}"[:64]
        found = CallLeg(call_id=call.id or 0, key=key, call_sid=sid, kind="", dialled_at=entry.at)
        tx.add(found)
        await tx.flush()
        legs.append(found)
    return found


async def write_events(tx: AsyncSession, call_id: int, notes: Sequence[Note]) -> None:
    """The lines of the journal; one that is there already is not written again."""
    lines = [
        {
            "call_id": call_id,
            "at": one.at,
            "kind": one.kind[:16],
            "details": (details := _storable(one.details)),
            "key": _digest(one, details),
        }
        for one in notes
    ]
    if lines:
        await tx.execute(insert(table_of(CallEvent)).values(lines).on_conflict_do_nothing(index_elements=["call_id", "key"]))


def _digest(entry: Note, details: object) -> str:
    said = json.dumps([entry.at.isoformat(), entry.kind, entry.step, details], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _storable(told: object) -> object:
    """The same as JSON that a database keeps: no NUL, no lone surrogates."""
    if isinstance(told, str):
        return clean_text(told)
    if isinstance(told, Mapping):
        return {clean_text(str(name)): _storable(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_storable(one) for one in told]
    return told if told is None or isinstance(told, int | float) else clean_text(str(told))


async def still_there(tx: AsyncSession, rows: type[CallTask | StaffMember | Conversation], number: int | None) -> int | None:
    """The number, or None when its row was deleted meanwhile: a spooled entry may be older than a deletion."""
    if number is None:
        return None
    return (await tx.exec(select(rows.id).where(col(rows.id) == number))).first()
