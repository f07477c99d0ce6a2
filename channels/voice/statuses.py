"""What the exchange tells of legs: all of them, in any order, and notices of trouble that are no states."""

from channels.voice.bodies import Leg
from channels.voice.journalling import Journalling
from channels.voice.notes import LEG_STATES
from channels.voice.steps import opened
from core.clock import Clock
from core.logs import log
from core.phone.entries import Ended, Entry, LegMoved, Note
from core.phone.vocabulary import CallDirection, EventKind

LEG = "leg"
"""Our key of a leg, in its tag."""


class Statuses:
    """Journals the statuses."""

    def __init__(self, journalling: Journalling, clock: Clock) -> None:
        self._journalling = journalling
        self._clock = clock

    async def tell(self, leg: Leg) -> None:
        """Kept before the exchange is answered: it does not tell twice."""
        if leg.notice:
            log.error("voice.notice", call_sid=leg.call_sid, reason=leg.notice)
            self._journalling.later(self._problem(leg))
            return
        entries = self._of_a_party(leg) if leg.parent_sid else self._of_the_call(leg)
        if entries:
            await self._journalling.now(*entries)

    def _of_the_call(self, leg: Leg) -> list[Entry]:
        """An outgoing call is first heard of here; an incoming one has its row from its first hook."""
        now = self._clock.now()
        if leg.is_over:
            because = leg.ended_by or leg.status
            ended = Ended(call_sid=leg.call_sid, at=now, seconds=leg.seconds, because=because, failed=leg.status == "failed")
            return [opened(leg, now), ended] if leg.direction is CallDirection.OUT else [ended]
        if leg.status == "in-progress":
            return [Note(call_sid=leg.call_sid, at=now, kind=EventKind.ANSWERED)]
        return [opened(leg, now)] if leg.direction is CallDirection.OUT else []

    def _of_a_party(self, leg: Leg) -> list[Entry]:
        state = LEG_STATES.get(leg.status)
        if state is None:
            return []
        key = leg.tag.get(LEG, "")[:64]
        moved = LegMoved(
            call_sid=leg.parent_sid, at=self._clock.now(), state=state, key=key, leg_sid=leg.call_sid, seconds=leg.seconds
        )
        return [moved]

    def _problem(self, leg: Leg) -> Note:
        call_sid = leg.parent_sid or leg.call_sid
        return Note(call_sid=call_sid, at=self._clock.now(), kind=EventKind.PROBLEM, details={"what": leg.notice})
