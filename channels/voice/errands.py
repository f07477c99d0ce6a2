"""Calls that we make: a reply told to the applicant, who shows by a key that a person listened; or an operator rung first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.voice import patience
from channels.voice.bodies import happening_of
from channels.voice.errand_moves import OPERATOR, READ, YES, errand_move, is_machine
from channels.voice.going import GoingCalls
from channels.voice.lines import ErrandLines
from channels.voice.menu.model import Happened, Happening, Place
from channels.voice.ports import Directions, Errand
from channels.voice.rendering import Rendering
from channels.voice.steps import Asked, Steps, Turn, live_call, opened
from channels.voice.tickets import Awaited, Ticket
from channels.voice.verbs import Verb, Wire
from core.clock import Clock
from core.logs import log
from core.phone.entries import Note
from core.phone.vocabulary import EventKind

MENU = Place(state="menu")
STARTED = Happening(kind=Happened.STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """The hooks of outgoing calls; what is said is asked of the core anew at each, so that it never travels in an address."""

    steps: Steps
    rendering: Rendering
    going: GoingCalls
    directions: Directions
    lines: ErrandLines
    clock: Clock

    async def start(self, asked: Asked) -> Wire:
        """Somebody answered."""
        now, call_sid = self.clock.now(), asked.leg.call_sid
        await self.steps.journalling.now(opened(asked.leg, now), Note(call_sid=call_sid, at=now, kind=EventKind.ANSWERED))
        ticket = Ticket(call_sid=call_sid, awaited=Awaited.LISTEN, began=int(now.timestamp()))
        return await self._answer(asked, ticket, STARTED, self.going.start(call_sid), (self.rendering.recorded(call_sid),))

    async def go_on(self, asked: Asked, ticket: Ticket) -> Wire:
        """A key, silence, or the end of the dialling."""
        happening = happening_of(ticket.awaited, asked.body)
        if ticket.awaited is Awaited.DIAL:
            self.steps.note_leg(asked, ticket)
        step = await self.going.take(ticket)
        if step is None or asked.leg.is_over:
            return []
        is_read = ticket.place is not None and ticket.place.state == READ
        if is_read and happening.digits == OPERATOR:
            return await self.steps.answer(asked, replace(ticket, place=MENU), happening, step)
        if is_read and happening.digits == YES:
            await self.steps.journalling.now(self._note(ticket, EventKind.HEARD_OUT))
        return await self._answer(asked, ticket, happening, step)

    async def _answer(self, asked: Asked, ticket: Ticket, happening: Happening, step: int, before: Sequence[Verb] = ()) -> Wire:
        move = errand_move(ticket.place, happening, await self._errand(asked, ticket), self.lines)
        if is_machine(ticket.place, happening, move):
            await self.steps.journalling.now(self._note(ticket, EventKind.MACHINE))  # before the end, which makes it an attempt
        move = replace(move, place=replace(move.place, step=step))
        turn = Turn(ticket=replace(ticket, place=move.place), happening=happening, move=move)
        return self.steps.carry(asked, turn, can_record=True, before=before)

    def _note(self, ticket: Ticket, kind: EventKind) -> Note:
        return Note(call_sid=ticket.call_sid, at=self.clock.now(), kind=kind)

    async def _errand(self, asked: Asked, ticket: Ticket) -> Errand | None:
        try:
            async with asyncio.timeout(patience.DIRECTION):
                return await self.directions.errand(live_call(asked, ticket))
        except Exception as error:  # noqa: BLE001 - the call ends politely; it is owed still
            log.error("voice.errand_failed", call_sid=ticket.call_sid, error=type(error).__name__)
            return None
