"""Answers the hooks of the menu: a new call, a step of it, a safety tail. Whatever fails, the caller hears a way on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from channels.voice import patience
from channels.voice.bodies import Body, Leg, happening_of
from channels.voice.going import GoingCalls
from channels.voice.journalling import Journalling
from channels.voice.menu.model import Dial, Facts, Happened, Happening, Listen, Move, Place, Record, Wait
from channels.voice.notes import DIAL_STATES, dialled_entry, event_note, step_note
from channels.voice.ports import FactsOf, LiveCall
from channels.voice.rendering import Rendering
from channels.voice.repeats import Repeats
from channels.voice.running import Runner
from channels.voice.tickets import Awaited, Ticket
from channels.voice.verbs import Verb, Wire
from channels.voice.wire import wire
from core.clock import Clock
from core.logs import log
from core.phone.calling_out import PHONE_CALL, TASK
from core.phone.entries import LegMoved, Note, Opened
from core.phone.vocabulary import EventKind, LegState


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One hook: its leg, its body, its digest."""

    leg: Leg
    body: Body
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happened, None for what the core began, and the move that answers it; both ticket and move have the new place."""

    ticket: Ticket
    happening: Happening | None
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The menu over hooks."""

    runner: Runner
    rendering: Rendering
    going: GoingCalls
    journalling: Journalling
    repeats: Repeats
    facts_of: FactsOf
    clock: Clock

    async def start(self, asked: Asked) -> Wire:
        """A new call: its row is there before the answer, its recording begins with the first verb (reg. 2.5.2)."""
        now = self.clock.now()
        await self.journalling.now(opened(asked.leg, now))
        ticket = Ticket(call_sid=asked.leg.call_sid, awaited=Awaited.LISTEN, began=int(now.timestamp()))
        step = self.going.start(asked.leg.call_sid)
        return await self.answer(asked, ticket, Happening(kind=Happened.STARTED), step, first=True)

    async def go_on(self, asked: Asked, ticket: Ticket) -> Wire:
        """A step; one that is late is answered with nothing, so that what the caller hears goes on."""
        happening = happening_of(ticket.awaited, asked.body)
        if ticket.awaited is Awaited.DIAL:
            self.note_leg(asked, ticket)
            await self.journalling.at_once()
        if ticket.awaited is Awaited.MORE and happening.kind is Happened.SILENCE:
            return []
        step = await self.going.take(ticket)
        if step is None:
            log.info("voice.late_hook", call_sid=ticket.call_sid, step=ticket.step)
            return []
        if asked.leg.is_over:
            return await self.hung_up(asked, ticket, happening)
        return await self.answer(asked, ticket, happening, step)

    async def answer(self, asked: Asked, ticket: Ticket, happening: Happening, step: int, *, first: bool = False) -> Wire:
        """The verbs for what happened at the ticket's place; ``step``: the number of this answer."""
        can_record = True
        try:
            facts = await self._facts(asked.leg)
            can_record = facts.can_record
            return await self._answered(asked, ticket, happening, step, facts, first=first)
        except Exception as error:  # noqa: BLE001 - the outermost: the caller hears an apology and may leave a message
            log.error("voice.step_failed", call_sid=ticket.call_sid, state=_state(ticket.place), error=type(error).__name__)
            self._note_problem(ticket, type(error).__name__)
            return self.last_resort(ticket.call_sid, first=first, can_record=can_record)

    def last_resort(self, call_sid: str, *, first: bool = False, can_record: bool = True) -> Wire:
        """What needs no menu."""
        recording = wire([self.rendering.recorded(call_sid)]) if first and can_record else []
        return [*recording, *self.rendering.last_resort(call_sid, can_record=can_record)]

    async def end(self, asked: Asked) -> None:
        """The exchange told the end; what was being recorded or dialled has a hook of its own that is still to come."""
        ticket = self.going.end(asked.leg.call_sid)
        if ticket is not None and ticket.awaited in (Awaited.LISTEN, Awaited.WAIT) and await self.going.take(ticket) is not None:
            await self.hung_up(asked, ticket, happening_of(ticket.awaited, asked.body))

    def music(self) -> Wire:
        """For who waits in a queue of the exchange itself."""
        return wire([self.rendering.music()])

    async def hung_up(self, asked: Asked, ticket: Ticket, happening: Happening) -> Wire:
        """The end: what the menu wants kept is kept; nobody hears the answer."""
        self.journalling.later(event_note(ticket.call_sid, self.clock.now(), happening))
        try:
            facts = await self._facts(asked.leg)
            outcome = await self.runner.run(live_call(asked, ticket), ticket.place, happening, facts, self._before(asked))
            if outcome.doings:
                await self.repeats.keep(asked.digest, [])
        except Exception as error:  # noqa: BLE001 - the outermost, and nobody is on the line
            log.error("voice.end_failed", call_sid=ticket.call_sid, error=type(error).__name__)
        return []

    def carry(self, asked: Asked, turn: Turn, *, can_record: bool, before: Sequence[Verb] = (), hook: str = "") -> Wire:
        """The verbs of a turn without effects, written down, remembered as the newest answer of the call.

        ``before``: verbs before them; ``hook``: the name of the hook that is told the end of a dialling.
        """
        move, now = turn.move, self.clock.now()
        ticket = _for(move, turn.ticket, asked.leg.party.e164)
        verbs = self.rendering.answer(move, ticket, can_record=can_record, before=before, hook=hook)
        self.going.answered(ticket)
        self.journalling.later(step_note(ticket.call_sid, now, turn.happening, move))
        if isinstance(move.then, Dial):
            self.journalling.later(dialled_entry(ticket.call_sid, now, ticket.leg, move.then))
        return verbs

    async def _answered(self, asked: Asked, ticket: Ticket, happening: Happening, step: int, facts: Facts, *, first: bool) -> Wire:
        outcome = await self.runner.run(live_call(asked, ticket), ticket.place, happening, facts, self._before(asked))
        if outcome.repeated is not None:
            return outcome.repeated
        move = replace(outcome.move, place=replace(outcome.move.place, step=step))
        failures = ticket.failures + 1 if happening.kind is Happened.FAILED else 0
        recording = (self.rendering.recorded(ticket.call_sid),) if first and facts.can_record else ()
        turn = Turn(ticket=replace(ticket, place=move.place, failures=failures), happening=happening, move=move)
        verbs = self.carry(asked, turn, can_record=facts.can_record, before=recording)
        if isinstance(move.then, Dial) and not move.then.party.leg:
            await self.journalling.at_once()
        if outcome.doings:
            await self.repeats.keep(asked.digest, verbs)
        return verbs

    async def _facts(self, leg: Leg) -> Facts:
        async with asyncio.timeout(patience.FACTS):
            return await self.facts_of.facts(leg.party.e164)

    def _before(self, asked: Asked) -> Callable[[], Awaitable[Wire | None]]:
        return lambda: self.repeats.answer_of(asked.digest)

    def note_leg(self, asked: Asked, ticket: Ticket) -> None:
        """The end of a dialling tells of its leg too: after a decline no status comes for it, and statuses get lost.

        Who talked to the end had answered; while the caller is still there, they had also taken the call: otherwise the exchange
        says ``in-progress``.
        """
        state = DIAL_STATES.get(str(asked.body.get("dial_call_status")))
        if state is None:
            return
        sid = asked.body.get("dial_call_sid")
        talked = LegState.ANSWERED if asked.leg.is_over else LegState.ACCEPTED
        for reached in (talked, state) if state is LegState.COMPLETED else (state,):
            moved = LegMoved(
                call_sid=ticket.call_sid,
                at=self.clock.now(),
                state=reached,
                key=ticket.leg,
                leg_sid=sid[:64] if isinstance(sid, str) else "",
            )
            self.journalling.later(moved)

    def _note_problem(self, ticket: Ticket, what: str) -> None:
        self.journalling.later(Note(call_sid=ticket.call_sid, at=self.clock.now(), kind=EventKind.PROBLEM, details={"what": what}))


def opened(leg: Leg, now: datetime) -> Opened:
    """The entry that makes the row of a call."""
    return Opened(
        call_sid=leg.call_sid,
        direction=leg.direction,
        started_at=now,
        caller=leg.party.e164,
        said_as=leg.party.said_as,
        called=leg.called,
        call_task_id=_number(leg.tag.get(TASK)),
        phone_call_id=_number(leg.tag.get(PHONE_CALL)),
    )


def live_call(asked: Asked, ticket: Ticket) -> LiveCall:
    """The call for effects; the leg of who was dialled does not know the applicant."""
    leg = asked.leg
    is_party = bool(leg.parent_sid)
    return LiveCall(
        call_sid=ticket.call_sid,
        caller=ticket.caller if is_party else leg.party.e164,
        said_as="" if is_party else leg.party.said_as,
        called=leg.called,
        direction=leg.direction,
        started_at=datetime.fromtimestamp(ticket.began, UTC),
        recorded=ticket.recorded,
        tag=leg.tag,
        hook=asked.digest,
    )


def _for(move: Move, ticket: Ticket, caller: str) -> Ticket:
    """The ticket of the answer: what is awaited now."""
    match move.then:
        case Dial(party=party):
            leg = party.leg or f"{ticket.call_sid}-{ticket.step}"[-64:]
            return replace(ticket, awaited=Awaited.DIAL, leg=leg, caller=caller)
        case Record(part=part):
            recorded = {**ticket.recorded, part: f"{part}-{ticket.step}"}
            return replace(ticket, awaited=Awaited.RECORD, leg="", caller="", recorded=recorded)
        case Wait():
            return replace(ticket, awaited=Awaited.WAIT, leg="", caller="")
        case Listen():
            return replace(ticket, awaited=Awaited.LISTEN, leg="", caller="")
    return replace(ticket, leg="", caller="")


def _number(given: str | None) -> int | None:
    return int(given) if given is not None and given.isdecimal() and len(given) < 19 else None


def _state(place: Place | None) -> str:
    return place.state if place else ""
