"""Calls that the core takes out of the menu: an operator's button, a transfer to an official and the way back, hold."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace

from channels.voice import patience
from channels.voice.bodies import dial_status
from channels.voice.going import GoingCalls
from channels.voice.menu.model import Dial, Happened, Happening, Move, Place, Say, Wait
from channels.voice.notes import HELD
from channels.voice.ports import Directions, Onward
from channels.voice.steps import Asked, Steps, Turn, live_call
from channels.voice.tickets import Ticket
from channels.voice.verbs import Wire
from core.logs import log

TRANSFER, HOLD = "transfer", "hold"
PATHS = (TRANSFER, HOLD)
"""Hooks that the core redirects calls to (core/phone/switching.py)."""
TRANSFERRED = "transferred"
"""The hook that is told the end of such a dialling."""
AFTER = Place(state="operator")
"""Where in the menu a call goes on after a talk that began outside of it."""
TICKS = "ticks"
TICKS_TO_WORDS = 3
MOST_TICKS = 30
"""Rounds of the music (ten minutes) after which a held caller is not forgotten: the menu asks what they wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Answers the hooks of redirected calls."""

    steps: Steps
    going: GoingCalls
    directions: Directions
    moment: str

    async def redirected(self, asked: Asked, ticket: Ticket, path: str, values: dict[str, str]) -> Wire:
        """A call that was redirected: whatever it was doing has ended, and late hooks of it count no more."""
        step = await self.going.take_over(ticket.call_sid)
        if asked.leg.is_over:
            return []
        onward = await self._asked(ticket, self.directions.onward(live_call(asked, ticket), path, values))
        if onward is not None:
            return self._go(asked, ticket, step, onward)
        at = replace(ticket, place=ticket.place or AFTER)
        return await self.steps.answer(asked, at, Happening(kind=Happened.FAILED), step)

    async def transferred(self, asked: Asked, ticket: Ticket) -> Wire:
        """The party hung up, or did not answer: the core may send the caller back to the operator; else the menu goes on."""
        status = dial_status(asked.body)
        self.steps.note_leg(asked, ticket)
        step = await self.going.take(ticket)
        if step is None or asked.leg.is_over:
            return []
        if status != "completed":
            onward = await self._asked(ticket, self.directions.back(live_call(asked, ticket), ticket.leg))
            if onward is not None:
                return self._go(asked, ticket, step, onward)
        return await self.steps.answer(asked, ticket, Happening(kind=Happened.DIALLED, status=status), step)

    async def held(self, asked: Asked, ticket: Ticket) -> Wire:
        """The music came round, or a key was pressed in it."""
        step = await self.going.take(ticket)
        if step is None or asked.leg.is_over:
            return []
        ticks = int(ticket.place.kept.get(TICKS, "0")) + 1 if ticket.place else MOST_TICKS
        if ticks < MOST_TICKS:
            return self._hold(asked, ticket, step, ticks=ticks)
        return await self.steps.answer(asked, replace(ticket, place=AFTER), Happening(kind=Happened.FAILED), step)

    def _go(self, asked: Asked, ticket: Ticket, step: int, onward: Onward) -> Wire:
        if onward.party is None:
            return self._hold(asked, ticket, step, ticks=0, words=onward.words)
        then = Dial(party=onward.party, seconds=onward.seconds, screened=onward.screened)
        move = Move(place=replace(AFTER, step=step), prompts=(Say(text=onward.words, cut=False),), then=then)
        return self.steps.carry(asked, _turn(ticket, move), can_record=True, hook=TRANSFERRED)

    def _hold(self, asked: Asked, ticket: Ticket, step: int, *, ticks: int, words: str = "") -> Wire:
        place = Place(state=HELD, step=step, kept={TICKS: str(ticks)})
        prompts = (Say(text=words or self.moment, cut=False),) if ticks % TICKS_TO_WORDS == 0 else ()
        move = Move(place=place, prompts=prompts, then=Wait())
        return self.steps.carry(asked, _turn(ticket, move), can_record=True)

    async def _asked(self, ticket: Ticket, decision: Awaitable[Onward | None]) -> Onward | None:
        try:
            async with asyncio.timeout(patience.DIRECTION):
                return await decision
        except Exception as error:  # noqa: BLE001 - the menu goes on
            log.error("voice.onward_failed", call_sid=ticket.call_sid, error=type(error).__name__)
            return None


def _turn(ticket: Ticket, move: Move) -> Turn:
    return Turn(ticket=replace(ticket, place=move.place, failures=0), happening=None, move=move)
