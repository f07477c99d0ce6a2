"""What the core decided about calls outside of the menu, in the words of the hooks."""

from collections.abc import Mapping
from typing import Protocol

from channels.voice.lines import OnwardLines
from channels.voice.menu.model import Party
from channels.voice.onward import HOLD
from channels.voice.ports import Errand, LiveCall, Onward
from core.phone.calling_out import PHONE_CALL, Task
from core.phone.switching import Ringing
from core.phone.vocabulary import LegKind, LineKind

LEG = "leg"
RING_SECONDS = 30


class Ringings(Protocol):
    """Whoever knows whom a leg rings: core.phone.switching.Switching."""

    async def ringing(self, leg_key: str) -> Ringing:
        """Whom the hook of a leg dials, and what they are told."""
        ...

    async def return_to(self, leg_key: str) -> Ringing | None:
        """Who gets the call when this party did not answer."""
        ...


class Tasks(Protocol):
    """Whoever knows what outgoing calls are for: core.phone.calling_out.CallingOut."""

    async def task_of(self, phone_call_id: int) -> Task | None:
        """What a call is for that was answered; None when it is not owed any more."""
        ...


class CoreDirections:
    """Implements channels.voice.ports.Directions."""

    def __init__(self, ringings: Ringings, tasks: Tasks, lines: OnwardLines) -> None:
        self._ringings = ringings
        self._tasks = tasks
        self._lines = lines

    async def errand(self, call: LiveCall) -> Errand | None:
        """What an outgoing call is for; None when nothing is owed any more, or when it is none of our calls."""
        number = call.tag.get(PHONE_CALL, "")
        task = await self._tasks.task_of(int(number)) if number.isdecimal() else None
        if task is None:
            return None
        applicant = Party(
            kind=LegKind.APPLICANT.value, address_kind=LineKind.PHONE.value, address=task.phone, name=task.applicant_name
        )
        return Errand(script=task.script, introduction=task.introduction, words=task.words, party=applicant)

    async def onward(self, call: LiveCall, path: str, values: Mapping[str, str]) -> Onward | None:
        """Hold, or the party of the leg; raises NotFound, CallOver."""
        if path == HOLD:
            return Onward(party=None, words=self._lines.moment)
        return _to(await self._ringings.ringing(values.get(LEG, "")), self._lines.connecting)

    async def back(self, call: LiveCall, leg: str) -> Onward | None:
        """To the operator who had the call; None when they cannot be rung. Raises NotFound, CallOver."""
        ringing = await self._ringings.return_to(leg)
        return _to(ringing, self._lines.back) if ringing is not None else None

    async def whisper(self, call: LiveCall, leg: str) -> str:
        """Who calls and why; raises NotFound, CallOver."""
        return (await self._ringings.ringing(leg)).words


def _to(ringing: Ringing, words: str) -> Onward:
    party = Party(
        kind=ringing.kind.value,
        address_kind=ringing.address_kind,
        address=ringing.address,
        leg=ringing.leg,
        name=ringing.name,
    )
    return Onward(party=party, words=words, screened=ringing.screened, seconds=RING_SECONDS)
