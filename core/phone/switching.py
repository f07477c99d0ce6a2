"""What an operator does with a call that goes on: take it over, pass it on, have it back, hold, mute, end (reg. 2.8.5)."""

import uuid
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.departments.addressing import who_answers
from core.errors import Conflict, Invalid, NotFound
from core.menu.services import service_at
from core.people.phones import display_phone, find_phones
from core.phone.entries import Note
from core.phone.lines import line_of
from core.phone.model import CallLeg, PhoneCall, PhoneLine
from core.phone.operators import CallOver
from core.phone.own_calls import must_command, must_have_talked, must_talk, muted_sids
from core.phone.port import CallGone, Exchange, ExchangeRefused
from core.phone.results import has_talked, is_live
from core.phone.rows import NOT_DIALLED_YET, legs_of, locked_call, write_events
from core.phone.vocabulary import EventKind, LegKind, LegState, LineKind
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from core.words import say
from db.transactions import Transactions

TRANSFER, HOLD = "transfer", "hold"
"""Our hooks with which a call goes on: ``transfer`` dials the leg, ``hold`` plays music until it is called back."""


class NoLine(Conflict):
    """The operator has no telephone at which a call could ring."""

    code = "no_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """To whom a call is passed on: an official of the directory, a service by its place in the list, or a telephone.

    ``announced``: they hear who calls and ``why``, and take the call by a key; blind otherwise, and always to a service.
    """

    liaison_id: int | None = None
    service: int | None = None
    phone: str = ""
    announced: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Whom a hook dials for a leg. ``screened``: they take the call by a key, after these ``words``, which are personal."""

    leg: str
    kind: LegKind
    address_kind: str
    address: str
    name: str
    screened: bool
    words: str


class Switching:
    """The call bar. The exchange is asked outside of the transactions: what it refuses is written down and raised."""

    def __init__(self, *, transactions: Transactions, clock: Clock, exchange: Exchange) -> None:
        self._transactions = transactions
        self._clock = clock
        self._exchange = exchange

    async def take_over(self, asker: Asker, call_id: int) -> CallLeg:
        """Ring the asker's telephone with a call that the menu, the bot or a colleague has.

        Raises NotAllowed (a colleague's call is for seniors), NotFound, CallOver, NoLine, and what the exchange raises.
        """
        asker.must(Ability.TAKE)
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, call_id)
            if any(leg.kind == LegKind.OPERATOR and is_live(leg) and has_talked(leg) and leg.staff_id != asker.id for leg in legs):
                asker.must(Ability.TAKE_OVER)
            leg = await self._ring_operator(tx, call, await _own_line(tx, asker.id), asker.full_name)
            await record(tx, self._clock.now(), "phone_call.taken_over", f"phone_call:{call_id}", staff_id=asker.id)
        await self._go_on(call, leg)
        return leg

    async def transfer(self, asker: Asker, call_id: int, to: Transfer) -> CallLeg:
        """Pass the call on; the official's substitute is rung while they are away (4.4).

        Raises NotAllowed, NotTheirCall, NotFound, CallOver, Invalid (liaison_id, service, phone), and what the exchange raises.
        """
        asker.must(Ability.REPLY)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, call_id)
            must_talk(asker, legs)
            name, phone = await self._party(tx, to)
            leg = CallLeg(
                call_id=call_id,
                key=uuid.uuid4().hex,
                kind=LegKind.OFFICIAL,
                address_kind=LineKind.PHONE,
                number=phone,
                name=name,
                dialled_at=now,
                is_screened=to.announced and to.service is None,
                why=clean_line(to.why, 300),
            )
            tx.add(leg)
            call.held_by_id = None
            details = {"liaison_id": to.liaison_id, "announced": leg.is_screened}
            await self._note(tx, call, EventKind.TRANSFER, asker.id, leg=leg.key, **details)
            party = {"liaison": to.liaison_id} if to.service is None else {"service": name}
            await record(tx, now, "phone_call.transferred", f"phone_call:{call_id}", staff_id=asker.id, **party)
        await self._go_on(call, leg)
        return leg

    async def back(self, asker: Asker, call_id: int) -> CallLeg:
        """Ring the asker again with a call that they passed on or hold. Raises as ``take_over`` does, NotTheirCall."""
        asker.must(Ability.REPLY)
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, call_id)
            must_have_talked(asker, legs)
            leg = await self._ring_operator(tx, call, await _own_line(tx, asker.id), asker.full_name)
        await self._go_on(call, leg)
        return leg

    async def hold(self, asker: Asker, call_id: int) -> None:
        """The caller hears music, the operator's telephone is put down; ``back`` rings it again.

        Raises NotAllowed, NotTheirCall, NotFound, CallOver, and what the exchange raises.
        """
        call = await self._told(asker, call_id, EventKind.HOLD)
        await self._exchange.redirect(call.call_sid, HOLD)

    async def mute(self, asker: Asker, call_id: int, *, muted: bool) -> None:
        """Nobody hears the operator, or again. Raises as ``hold`` does; NotFound too when the leg's number is not known yet."""
        asker.must(Ability.REPLY)
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, call_id)
            sid = next(iter(muted_sids(asker, call, legs)), "")
            if not sid or sid.startswith(NOT_DIALLED_YET):
                raise NotFound("the leg is not known yet")
            await self._note(tx, call, EventKind.MUTE, asker.id, muted=muted)
        await self._exchange.mute(sid, muted=muted)

    async def end(self, asker: Asker, call_id: int) -> None:
        """Hang up. Raises as ``hold`` does."""
        call = await self._told(asker, call_id, EventKind.HUNG_UP)
        await self._exchange.hang_up(call.call_sid)

    async def ringing(self, leg_key: str) -> Ringing:
        """Whom the hook of a leg dials, and what they are told. Raises NotFound, CallOver."""
        async with self._transactions.begin() as tx:
            leg = await _leg(tx, leg_key)
            call, _ = await _going(tx, leg.call_id)
            return _ringing(leg, call)

    async def return_to(self, leg_key: str) -> Ringing | None:
        """Who gets the call when this party did not answer: the operator who talked before, if nobody else has them.

        None: nobody; the caller goes back to the queue. Raises NotFound, CallOver.
        """
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, (await _leg(tx, leg_key)).call_id)
            before = [leg for leg in legs if leg.kind == LegKind.OPERATOR and leg.staff_id is not None and has_talked(leg)]
            line = await line_of(tx, before[-1].staff_id or 0) if before else None
            if line is None or line.offered_call_id not in (None, call.id) or await _talks_elsewhere(tx, line, call):
                return None
            return _ringing(await self._ring_operator(tx, call, line, before[-1].name), call)

    async def _told(self, asker: Asker, call_id: int, kind: EventKind) -> PhoneCall:
        asker.must(Ability.REPLY)
        async with self._transactions.begin() as tx:
            call, legs = await _going(tx, call_id)
            if kind is EventKind.HUNG_UP:
                must_command(asker, call, legs)
            else:
                must_talk(asker, legs)
            call.held_by_id = asker.id if kind is EventKind.HOLD else None
            await self._note(tx, call, kind, asker.id)
            return call

    async def _party(self, tx: AsyncSession, to: Transfer) -> tuple[str, str]:
        """The name and the telephone of whom the call goes to."""
        if to.service is not None:
            service = service_at(to.service)
            if service is None:
                raise Invalid(field="service", reason="no_service")
            return service.name, service.address
        name, given, field = "", to.phone, "phone"
        if to.liaison_id is not None:
            official = await who_answers(tx, to.liaison_id, self._clock.today(), in_writing=False)
            name, given, field = (official.full_name, official.phone, "liaison_id") if official else ("", "", "liaison_id")
        phones = find_phones(given, expected=True)
        if not phones:
            raise Invalid("no telephone", fields={field: "no_phone" if field == "liaison_id" else "unreadable_phone"})
        return name, phones[0]

    async def _ring_operator(self, tx: AsyncSession, call: PhoneCall, line: PhoneLine, name: str) -> CallLeg:
        now = self._clock.now()
        leg = CallLeg(
            call_id=call.id or 0,
            key=uuid.uuid4().hex,
            kind=LegKind.OPERATOR,
            address_kind=line.kind,
            number=line.address,
            name=name,
            staff_id=line.staff_id,
            dialled_at=now,
        )
        tx.add(leg)
        call.held_by_id = None
        line.offered_call_id, line.offered_at = call.id, now
        await self._note(tx, call, EventKind.OFFERED, line.staff_id, leg=leg.key)
        return leg

    async def _note(self, tx: AsyncSession, call: PhoneCall, kind: EventKind, staff_id: int, **details: object) -> None:
        now = self._clock.now()
        line = Note(call_sid=call.call_sid, at=now, kind=kind, details={"staff_id": staff_id, **details})
        await write_events(tx, call.id or 0, [line])
        await announce(tx, LiveKind.CALL, now, call_id=call.id or 0)

    async def _go_on(self, call: PhoneCall, leg: CallLeg) -> None:
        """Ask the exchange; a leg that it refuses to dial has failed. Where its answer is missing, the statuses will tell."""
        try:
            await self._exchange.redirect(call.call_sid, TRANSFER, leg=leg.key)
        except (ExchangeRefused, CallGone):
            async with self._transactions.begin() as tx:
                await locked_call(tx, call.call_sid, self._clock.now())
                failed = await _leg(tx, leg.key)
                failed.state, failed.ended_at = LegState.FAILED, self._clock.now()
                if failed.staff_id is not None and (line := await line_of(tx, failed.staff_id)) is not None:
                    line.offered_call_id = line.offered_at = None
                await announce(tx, LiveKind.CALL, self._clock.now(), call_id=failed.call_id)
            raise


async def _going(tx: AsyncSession, call_id: int) -> tuple[PhoneCall, list[CallLeg]]:
    """The call, locked, and its legs; raises NotFound, CallOver."""
    call = await tx.get(PhoneCall, call_id, with_for_update=True, populate_existing=True)
    if call is None:
        raise NotFound("no such call")
    if call.ended_at is not None:
        raise CallOver()
    return call, await legs_of(tx, call_id)


async def _leg(tx: AsyncSession, key: str) -> CallLeg:
    leg = (await tx.exec(select(CallLeg).where(CallLeg.key == key))).first()
    if leg is None:
        raise NotFound("no such leg")
    return leg


async def _own_line(tx: AsyncSession, staff_id: int) -> PhoneLine:
    line = await line_of(tx, staff_id)
    if line is None:
        raise NoLine()
    return line


async def _talks_elsewhere(tx: AsyncSession, line: PhoneLine, call: PhoneCall) -> bool:
    """Whether the operator talks in another call by now."""
    other = select(CallLeg.id).join(PhoneCall, col(PhoneCall.id) == CallLeg.call_id)
    talks = col(CallLeg.state).in_((LegState.ANSWERED, LegState.ACCEPTED))
    other = other.where(CallLeg.staff_id == line.staff_id, CallLeg.call_id != call.id, talks, col(PhoneCall.ended_at).is_(None))
    return (await tx.exec(other)).first() is not None


def _ringing(leg: CallLeg, call: PhoneCall) -> Ringing:
    caller = display_phone(call.caller) if call.caller else say("phone.hidden_number")
    return Ringing(
        leg=leg.key,
        kind=LegKind(leg.kind),
        address_kind=leg.address_kind,
        address=leg.number,
        name=leg.name,
        screened=leg.is_screened,
        words=say("phone.whisper", caller=caller, why=leg.why).strip(),
    )
