"""Runs the menu for one hook: decides, carries out what it asks for, decides again, within the time that a caller endures."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from channels.voice.menu.model import Doing, Effect, Facts, Happened, Happening, Move, Place, Prompt
from channels.voice.ports import Decide, Effects, LiveCall
from channels.voice.verbs import Wire
from core.logs import log

MOST_EFFECTS = 8
"""Effects of one hook; a menu that asks for more turns in a circle."""
LASTING = frozenset(
    {Doing.KEEP_MESSAGE, Doing.CALL_BACK, Doing.ALARM, Doing.WARN, Doing.REACHED, Doing.SEND_ANSWER, Doing.LEAVE_QUEUE}
)
"""What is brought to its end even when the answer does not wait for it any longer."""
DOWN = Happening(kind=Happened.REFUSED, status="down")


class MenuCircles(Exception):
    """The menu asks for effects without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``move``: the last decision, with all prompts; ``doings``: what was carried out; ``repeated``: the answer given before."""

    move: Move
    doings: tuple[Doing, ...] = ()
    repeated: Wire | None = None


class Runner:
    """Knows the menu and the deeds. ``budget``: seconds."""

    def __init__(self, decide: Decide, effects: Effects, budget: float) -> None:
        self._decide = decide
        self._effects = effects
        self._budget = budget
        self._lasting: set[asyncio.Task[Happening]] = set()

    async def run(
        self,
        call: LiveCall,
        place: Place | None,
        happening: Happening,
        facts: Facts,
        answered_before: Callable[[], Awaitable[Wire | None]],
    ) -> Outcome:
        """The outcome; ``answered_before`` is asked before the first effect. Raises MenuCircles, and what ``decide`` raises."""
        deadline = asyncio.get_running_loop().time() + self._budget
        move = self._decide(place, happening, facts)
        if not isinstance(move.then, Effect):
            return Outcome(move=move)
        if (repeated := await answered_before()) is not None:
            return Outcome(move=move, repeated=repeated)
        return await self._carried(call, move, facts, deadline)

    async def settled(self) -> None:
        """Wait until everything that lasts is done."""
        while self._lasting:
            await asyncio.wait(self._lasting)

    async def _carried(self, call: LiveCall, move: Move, facts: Facts, deadline: float) -> Outcome:
        prompts: list[Prompt] = []
        doings: list[Doing] = []
        while isinstance(move.then, Effect):
            if len(doings) == MOST_EFFECTS:
                raise MenuCircles(move.place.state)
            prompts += move.prompts
            doings.append(move.then.doing)
            happening = await self._carry_out(call, move.then, deadline)
            move = self._decide(move.place, happening, facts)
        return Outcome(move=replace(move, prompts=(*prompts, *move.prompts)), doings=tuple(doings))

    async def _carry_out(self, call: LiveCall, effect: Effect, deadline: float) -> Happening:
        task = asyncio.ensure_future(self._effects.carry_out(call, effect))
        if effect.doing in LASTING:
            self._lasting.add(task)
            task.add_done_callback(self._end)
        try:
            async with asyncio.timeout_at(deadline):
                return await (asyncio.shield(task) if effect.doing in LASTING else task)
        except Exception as error:  # noqa: BLE001 - whatever failed, the caller hears a way on
            log.warning("voice.effect_failed", doing=effect.doing, call_sid=call.call_sid, error=type(error).__name__)
            return DOWN

    def _end(self, task: "asyncio.Task[Happening]") -> None:
        self._lasting.discard(task)
        if not task.cancelled():
            task.exception()  # it was logged, or came too late to matter: never "was never retrieved"
