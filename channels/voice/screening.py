"""Who answers a screened call is told who calls and why, and takes the call by a key; anything else declines it."""

import asyncio

from channels.voice import patience
from channels.voice.journalling import Journalling
from channels.voice.lines import Whisper
from channels.voice.ports import Directions, LiveCall
from channels.voice.rendering import Rendering
from channels.voice.steps import Asked, live_call
from channels.voice.tickets import Ticket
from channels.voice.verbs import Gather, Hangup, Verb, Wire
from channels.voice.wire import wire
from core.clock import Clock
from core.logs import log
from core.people.phones import display_phone
from core.phone.entries import LegMoved
from core.phone.vocabulary import LegState

TAKE_SECONDS = 8
"""For the key, after the words."""
TAKE = "1"


class Screening:
    """The two hooks of a screened leg."""

    def __init__(
        self, rendering: Rendering, directions: Directions, journalling: Journalling, lines: Whisper, clock: Clock
    ) -> None:
        self._rendering = rendering
        self._directions = directions
        self._journalling = journalling
        self._lines = lines
        self._clock = clock

    async def ask(self, asked: Asked, ticket: Ticket) -> Wire:
        """The whisper, and the question for the key."""
        call = live_call(asked, ticket)
        words = await self._words(call, ticket.leg)
        prompt = self._rendering.spoken(f"{words} {self._lines.take}", personal=True)
        hook = self._rendering.hook(ticket, "confirmed")
        gather = Gather(action_hook=hook, input=["digits"], num_digits=1, timeout=TAKE_SECONDS, say=prompt)
        return wire([gather, Hangup()])

    async def take(self, asked: Asked, ticket: Ticket) -> Wire:
        """The key takes the call. An empty answer lets the hang-up of ``ask`` run.

        A hang-up must not be answered here: the exchange lets only config, gather, say and tag replace what a confirmHook answered,
        drops it, and puts the call through.
        """
        if asked.body.get("digits") != TAKE or asked.leg.is_over:
            return []
        taken = LegMoved(
            call_sid=ticket.call_sid,
            at=self._clock.now(),
            state=LegState.ACCEPTED,
            key=ticket.leg,
            leg_sid=asked.leg.call_sid,
        )
        await self._journalling.now(taken)
        verbs: list[Verb] = [self._rendering.spoken(self._lines.taken)]
        return wire(verbs)

    async def _words(self, call: LiveCall, leg: str) -> str:
        try:
            async with asyncio.timeout(patience.WHISPER):
                words = await self._directions.whisper(call, leg)
        except Exception as error:  # noqa: BLE001 - the call is put through with fewer words
            log.warning("voice.whisper_failed", call_sid=call.call_sid, error=type(error).__name__)
            words = ""
        return words or self._number(call.caller)

    def _number(self, caller: str) -> str:
        return self._lines.who.format(caller=display_phone(caller)) if caller else self._lines.hidden
